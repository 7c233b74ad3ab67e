namespace PetBreeds.Models.Weights;

/// <summary>The tensors in what a pickle holds: a dict of tensors, or a training checkpoint with such dicts inside.</summary>
/// <param name="Tensors">
/// In their order. What lies in dicts inside dicts has the keys before its name: <c>state_dict.conv1.weight</c>.
/// </param>
/// <param name="Unread">
/// The class of a whole module, or what makes a quantised or sparse tensor, that is in the file, too, and is not read; null where there is
/// none.
/// </param>
internal sealed record StateDict(IReadOnlyList<TensorInfo> Tensors, PickleGlobal? Unread)
{
    private const int MaxNesting = 16;

    // A longer key is no tensor's name, and a pickle could recall it a million times for us to hash.
    private const int MaxNameLength = 1024;

    /// <summary>Finds all tensors and places them in the file.</summary>
    /// <param name="file">The file, for its length and name.</param>
    /// <param name="root">What its pickle holds.</param>
    /// <param name="globals">The Python names in it.</param>
    /// <param name="storages">Where in the file each storage lies, by key.</param>
    /// <remarks>Everything else (versions, options, schedulers, objects of any class) is passed over.</remarks>
    /// <exception cref="UserException">There are no tensors, or one leads out of its storage.</exception>
    public static StateDict Read(MappedFile file, object? root, IReadOnlyCollection<PickleGlobal> globals,
        IReadOnlyDictionary<string, (long Start, long Bytes)> storages)
    {
        var found = new OrderedDictionary<string, PickleTensor>(StringComparer.Ordinal);
        Collect(root, "", MaxNesting, [], found);
        var unread = globals.FirstOrDefault(global => global.IsModule) ?? globals.FirstOrDefault(global => global.IsOtherTensor);
        if (found.Count == 0)
            throw NoTensors(file, root, unread);
        if (found.Count > TensorInfo.MaxCount)
            throw file.Damaged($"has {found.Count} tensors");
        return new([.. found.Select(t => Place(file, t.Key, t.Value, storages))], unread);
    }

    /// <summary>What is said of <see cref="Unread"/> where the weights must be in it.</summary>
    public static UserException Refusal(string path, PickleGlobal unread) => unread.IsModule
        ? new($"the file holds a whole module ({MappedFile.Quote(unread.Name)}), not a state dict", path,
            "Save model.state_dict() instead: loading a module runs code from the file.")
        : new($"the file holds {MappedFile.Quote(unread.Name)}, which is neither a plain tensor nor a plain container", path,
            "Save the model.state_dict() of a dense, unquantised model.");

    /// <param name="value">What may hold tensors.</param>
    /// <param name="path">The keys that lead to it, each with a dot behind it.</param>
    /// <param name="depth">How many containers deep to look.</param>
    /// <param name="seen">Those already looked into: a pickle may hold one many times, even inside itself.</param>
    /// <param name="found">The tensors so far.</param>
    private static void Collect(object? value, string path, int depth, HashSet<object> seen, OrderedDictionary<string, PickleTensor> found)
    {
        if (value is not (PickleDict or List<object?> or object?[]) || depth == 0 || !seen.Add(value))
            return;
        foreach (var (key, item) in Items(value))
        {
            if (item is PickleTensor tensor && path.Length + key.Length <= MaxNameLength)
                found.TryAdd(path + key, tensor);
            else if (item is PickleDict or List<object?> or object?[] && path.Length + key.Length < MaxNameLength)
                Collect(item, $"{path}{key}.", depth - 1, seen, found);
        }
    }

    /// <summary>
    /// The items of a dict that have a name or a number; a key set twice keeps its place and the last value, as in Python.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, object?>> Items(object container)
    {
        if (container is not PickleDict dict)
            return ((IEnumerable<object?>)container).Select((item, i) => KeyValuePair.Create($"{i}", item));
        var items = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (key, value) in dict.Items)
        {
            if (key is string { Length: <= MaxNameLength } or long)
                items[$"{key}"] = value;
        }
        return items;
    }

    private static TensorInfo Place(
        MappedFile file, string name, PickleTensor tensor, IReadOnlyDictionary<string, (long Start, long Bytes)> storages)
    {
        var storage = tensor.Storage;
        var size = storage.DType.ByteSize();
        if (!storages.TryGetValue(storage.Key, out var at) || storage.Count > at.Bytes / size)
            throw file.Damaged($"lacks bytes of the storage {MappedFile.Quote(storage.Key)} of {storage.Count} elements");
        return TensorInfo.Place(file, new(name, storage.DType, Longs(tensor.Shape)), Longs(tensor.Strides), tensor.First,
            at.Start + (storage.First * size), storage.Length * size);
    }

    private static long[] Longs(object?[] values) => [.. values.Cast<long>()];

    private static UserException NoTensors(MappedFile file, object? root, PickleGlobal? unread) => unread is null
        ? new($"the file holds {Describe(root)}, not a state dict", file.Path, "Save model.state_dict().")
        : Refusal(file.Path, unread);

    private static string Describe(object? root) => root switch
    {
        PickleObject other => $"an object of the class {MappedFile.Quote(other.Type)}",
        PickleDict { Items.Count: 0 } => "an empty dict",
        PickleDict dict => $"a dict of {string.Join(", ", dict.Items.Take(8).Select(i => MappedFile.Quote(i.Key as string ?? "?")))}",
        PickleTensor => "a single tensor",
        List<object?> or object?[] => "a list",
        _ => "a single value",
    };
}
