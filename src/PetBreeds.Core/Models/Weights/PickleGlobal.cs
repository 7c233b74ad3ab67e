using static TorchSharp.torch;

namespace PetBreeds.Models.Weights;

/// <summary>A Python name in a weight file. Here it stands for a plain value; it is never imported or called.</summary>
internal sealed record PickleGlobal(string Name, PickleGlobal.Meaning Means, ScalarType? DType = null)
{
    /// <summary>What calling the name creates.</summary>
    internal enum Meaning
    {
        Dict,
        List,
        Size,
        Tensor,
        Parameter,
        Subclass,
        Storage,

        /// <summary>Anything else that training scripts save with the weights: a counter, a path, a date, their own classes.</summary>
        Object,
    }

    private static readonly Dictionary<string, Meaning> Known = new()
    {
        ["collections.OrderedDict"] = Meaning.Dict,
        ["__builtin__.dict"] = Meaning.Dict,
        ["builtins.dict"] = Meaning.Dict,
        ["__builtin__.set"] = Meaning.List,
        ["__builtin__.frozenset"] = Meaning.List,
        ["builtins.set"] = Meaning.List,
        ["builtins.frozenset"] = Meaning.List,
        ["torch.Size"] = Meaning.Size,
        ["torch._utils._rebuild_tensor"] = Meaning.Tensor,
        ["torch._utils._rebuild_tensor_v2"] = Meaning.Tensor,
        ["torch._utils._rebuild_parameter"] = Meaning.Parameter,
        ["torch._utils._rebuild_parameter_with_state"] = Meaning.Parameter,
        ["torch._tensor._rebuild_from_type"] = Meaning.Subclass,
        ["torch._tensor._rebuild_from_type_v2"] = Meaning.Subclass,
    };

    // Modules that only an attack would use. Nothing is run in any case; the list serves to warn whoever received such a file.
    private static readonly string[] ShellModules =
        ["os", "nt", "posix", "subprocess", "pty", "commands", "runpy", "socket", "ctypes", "shutil", "webbrowser", "importlib", "code"];

    private static readonly string[] CodeFunctions = ["eval", "exec", "execfile", "compile", "open", "__import__", "breakpoint"];

    private static readonly string[] ModulePackages =
        ["torch.nn.", "torch.jit.", "torchvision.models.", "timm.", "fastai.", "ultralytics."];

    /// <exception cref="UserException">Only an attack would use this name.</exception>
    public static PickleGlobal Find(MappedFile file, string module, string name)
    {
        var full = $"{module}.{name}";
        if (Known.TryGetValue(full, out var meaning))
            return new(full, meaning);
        if (module is "torch" or "torch.cuda" && ElementTypes.FromStorage(name) is { } dtype)
            return new(full, Meaning.Storage, dtype);
        if (ShellModules.Contains(module.Split('.')[0]) || (module is "builtins" or "__builtin__" && CodeFunctions.Contains(name)))
        {
            throw new UserException($"the file asks to run {MappedFile.Quote(full)}, but nothing in a weight file is ever run", file.Path,
                "Do not trust this file; if you made it yourself, save only model.state_dict().");
        }
        return new(full, Meaning.Object);
    }

    /// <summary>Whether this is a layer or a network, whose weights are inside an object that only running code could create.</summary>
    public bool IsModule => Means == Meaning.Object && Name != "torch.nn.parameter.Parameter"
        && ModulePackages.Any(package => Name.StartsWith(package, StringComparison.Ordinal));

    /// <summary>Whether it creates a tensor of an unsupported kind, such as a quantised or a sparse one.</summary>
    public bool IsOtherTensor => Means == Meaning.Object
        && (Name.StartsWith("torch._utils._rebuild_", StringComparison.Ordinal) || (Name.StartsWith("torch.") && Name.EndsWith("Storage")));

    /// <summary>The value that a call of this name with <paramref name="arguments"/> stands for; null if they make no sense.</summary>
    public object? Call(object?[] arguments) => Means switch
    {
        Meaning.Dict => Dict(arguments),
        Meaning.List => arguments is [] ? new List<object?>() : arguments[0] as List<object?>,
        Meaning.Size => arguments is [object?[] sizes] ? sizes : null,
        Meaning.Tensor or Meaning.Parameter when arguments is [PickleObject unread, ..] => unread, // a storage or tensor of another kind
        Meaning.Tensor => Tensor(arguments),
        Meaning.Parameter => arguments is [PickleTensor data, ..] ? data : null,
        Meaning.Subclass => Subclass(arguments),
        Meaning.Object => new PickleObject(Name),
        _ => null,
    };

    /// <summary>Python 2 passes the items of an OrderedDict as a list of pairs; Python 3 sets them afterwards.</summary>
    private static PickleDict? Dict(object?[] arguments)
    {
        var dict = new PickleDict();
        if (arguments is not ([] or [List<object?>]))
            return null;
        var pairs = arguments is [List<object?> given] ? given : [];
        foreach (var pair in pairs)
        {
            if (pair is List<object?> list && list.Count == 2)
                dict.Items.Add((list[0], list[1]));
            else if (pair is object?[] { Length: 2 } tuple)
                dict.Items.Add((tuple[0], tuple[1]));
            else
                return null;
        }
        pairs.Clear(); // consumed, so that a list recalled for many dicts cannot multiply
        return dict;
    }

    // storage, offset, size, stride[, requires_grad, hooks[, metadata]]; the metadata would mark a lazily conjugated or negated view.
    private static PickleTensor? Tensor(object?[] arguments)
    {
        if (arguments is not [PickleStorage storage, long first, object?[] size, object?[] stride, ..]
            || size.Length > TensorInfo.MaxRank || stride.Length != size.Length)
            return null;
        if (arguments.Length > 6 && arguments[6] is PickleDict { Items: var flags } && flags.Any(flag => flag.Value is true))
            return null;
        return size.Concat(stride).All(length => length is long) ? new(storage, first, size, stride) : null;
    }

    /// <summary>A tensor of a subclass, such as fastai's: (function, class, its arguments, attributes).</summary>
    private object? Subclass(object?[] arguments) =>
        arguments is [PickleGlobal { Means: Meaning.Tensor or Meaning.Parameter } make, _, object?[] inner, ..]
            ? make.Call(inner)
            : new PickleObject(Name);
}
