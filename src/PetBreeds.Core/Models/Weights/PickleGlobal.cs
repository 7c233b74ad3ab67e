using static TorchSharp.torch;

namespace PetBreeds.Models.Weights;

/// <summary>The Python names a weight file may use. Each means a plain value here; none is ever looked up or run.</summary>
internal sealed record PickleGlobal(string Name, PickleGlobal.Meaning Means, ScalarType? DType = null)
{
    /// <summary>What calling the name makes.</summary>
    internal enum Meaning
    {
        Dict,
        List,
        Size,
        Tensor,
        Parameter,
        Storage,
        Inert,
    }

    private static readonly Dictionary<string, Meaning> Known = new()
    {
        ["collections.OrderedDict"] = Meaning.Dict,
        ["__builtin__.set"] = Meaning.List,
        ["__builtin__.frozenset"] = Meaning.List,
        ["builtins.set"] = Meaning.List,
        ["builtins.frozenset"] = Meaning.List,
        ["torch.Size"] = Meaning.Size,
        ["torch._utils._rebuild_tensor"] = Meaning.Tensor,
        ["torch._utils._rebuild_tensor_v2"] = Meaning.Tensor,
        ["torch._utils._rebuild_parameter"] = Meaning.Parameter,
        ["torch.device"] = Meaning.Inert,
        // Training checkpoints often keep their options and their best score beside the weights.
        ["argparse.Namespace"] = Meaning.Inert,
        ["numpy.dtype"] = Meaning.Inert,
        ["numpy.core.multiarray.scalar"] = Meaning.Inert,
        ["numpy._core.multiarray.scalar"] = Meaning.Inert,
        ["_codecs.encode"] = Meaning.Inert,
    };

    private static readonly string[] DTypes =
    [
        "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64", "complex64", "complex128", "bool",
    ];

    private static readonly string[] ModulePackages = ["torch.nn.", "torch.jit.", "torchvision.models.", "timm.", "fastai.", "ultralytics."];

    /// <exception cref="UserException">The name is none of the known: the file is refused by it.</exception>
    public static PickleGlobal Find(MappedFile file, string module, string name)
    {
        var full = $"{module}.{name}";
        if (Known.TryGetValue(full, out var meaning))
            return new(full, meaning);
        if (module is "torch" or "torch.cuda" && ElementTypes.FromStorage(name) is { } dtype)
            return new(full, Meaning.Storage, dtype);
        if (module == "torch" && DTypes.Contains(name))
            return new(full, Meaning.Inert);
        throw Refusal(file, full);
    }

    private static UserException Refusal(MappedFile file, string name)
    {
        var shown = MappedFile.Quote(name);
        if (ModulePackages.Any(package => name.StartsWith(package, StringComparison.Ordinal)) && name != "torch.nn.parameter.Parameter")
        {
            return new($"the file holds a whole module ({shown}), not a state dict", file.Path,
                "Save model.state_dict() instead: a module is rebuilt by running code of the file's choice.");
        }
        if (name.StartsWith("torch.", StringComparison.Ordinal))
        {
            return new($"the file holds {shown}, which is neither a plain tensor nor a plain container", file.Path,
                "Save the model.state_dict() of a dense, unquantised model.");
        }
        return new($"the file asks to run {shown}, and nothing in a weight file is ever run", file.Path,
            "Do not trust this file; if you made it yourself, save model.state_dict() alone.");
    }

    /// <summary>The value that calling this name with <paramref name="arguments"/> stands for; null where they make no sense.</summary>
    public object? Call(object?[] arguments) => Means switch
    {
        Meaning.Dict => Dict(arguments),
        Meaning.List => arguments is [] ? new List<object?>() : arguments[0] as List<object?>,
        Meaning.Size => arguments is [object?[] sizes] ? sizes : null,
        Meaning.Tensor => Tensor(arguments),
        Meaning.Parameter => arguments is [PickleTensor data, ..] ? data : null,
        Meaning.Inert => new PickleInert(Name),
        _ => null,
    };

    /// <summary>Python 2 gives an OrderedDict its items as a list of pairs; Python 3 sets them afterwards.</summary>
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
        pairs.Clear(); // consumed: a list recalled for many dicts must not multiply
        return dict;
    }

    /// <summary>storage, offset, size, stride[, requires_grad, hooks[, metadata]]: metadata would flag a lazily conjugated or negated view.</summary>
    private static PickleTensor? Tensor(object?[] arguments)
    {
        if (arguments is not [PickleStorage storage, long first, object?[] size, object?[] stride, ..]
            || size.Length > TensorInfo.MaxRank || stride.Length != size.Length)
            return null;
        if (arguments.Length > 6 && arguments[6] is PickleDict { Items: var flags } && flags.Any(flag => flag.Value is true))
            return null;
        return size.Concat(stride).All(length => length is long) ? new(storage, first, size, stride) : null;
    }
}
