namespace PetBreeds.Models.Weights;

/// <summary>The tensors in a pickle: a dict of tensors, or a training checkpoint with such dicts inside.</summary>
/// <param name="Tensors">
/// The tensors, in order. Names of tensors in nested dicts are prefixed with the keys: <c>state_dict.conv1.weight</c>.
/// </param>
/// <param name="Unread">
/// The class of a whole module, or of a quantised or sparse tensor, that the file also contains but that is not read; null if there is
/// none.
/// </param>
internal sealed record StateDict(IReadOnlyList<TensorInfo> Tensors, PickleGlobal? Unread)
{
    private const int MaxNesting = 16;

    // A longer key is not a tensor's name, and a pickle could recall it a million times to be hashed.
    private const int MaxNameLength = 1024;

    /// <summary>Finds all tensors and their positions in the file.</summary>
    /// <param name="file">The file, for its length and name.</param>
    /// <param name="root">The content of its pickle.</param>
    /// <param name="globals">The Python names in it.</param>
    /// <param name="storages">The position of each storage in the file, by key.</param>
    /// <remarks>Everything else (versions, options, schedulers, objects of any class) is ignored.</remarks>
    /// <exception cref="UserException">There are no tensors, or one extends beyond its storage.</exception>
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

    /// <summary>The error if the weights must be in <see cref="Unread"/>.</summary>
    public static UserException Refusal(string path, PickleGlobal unread) => unread.IsModule
        ? new($"the file holds a whole module ({MappedFile.Quote(unread.Name)}), not a state dict", path,
            "Save model.state_dict() instead: loading a module runs code from the file.")
        : new($"the file holds {MappedFile.Quote(unread.Name)}, which is neither a plain tensor nor a plain container", path,
            "Save the model.state_dict() of a dense, unquantised model.");

    /// <param name="value">A value that may contain tensors.</param>
    /// <param name="path">The keys that lead to it, each followed by a dot.</param>
    /// <param name="depth">How many levels of containers to search.</param>
    /// <param name="seen">Containers already searched: a pickle may contain one many times, even inside itself.</param>
    /// <param name="found">The tensors found so far.</param>
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
    /// The items of a dict whose key is a string or a number; a key set twice keeps its first position and last value, as in Python.
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
