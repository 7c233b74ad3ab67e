namespace PetBreeds.Models.Weights;

/// <summary>Finds the weights in what a pickle holds: the dict of tensors itself, or one inside a training checkpoint.</summary>
internal static class StateDict
{
    // The keys of training scripts, in the order they are tried: PyTorch's examples and Lightning, fastai and DeiT, PyTorch's tutorial, others.
    private static readonly string[] Wrappers = ["state_dict", "model", "model_state_dict", "model_state", "net", "network", "weights"];

    // Put before every name by DataParallel and by torch.compile.
    private static readonly string[] Prefixes = ["module.", "_orig_mod."];

    private const int MaxNesting = 4;

    // A longer key is no tensor's name, and a pickle could recall it a million times for us to hash.
    private const int MaxNameLength = 1024;

    /// <summary>The tensors in their order, under the names the model knows them by, placed in the file.</summary>
    /// <param name="file">The file, for its length and name.</param>
    /// <param name="root">What its pickle holds.</param>
    /// <param name="storages">Where in the file each storage lies, by key.</param>
    /// <remarks>Entries that are no tensors (versions, extra state) and nested dicts beside tensors are passed over.</remarks>
    /// <exception cref="UserException">There are no tensors where weights are kept, or one leads out of its storage.</exception>
    public static IReadOnlyList<TensorInfo> Read(
        MappedFile file, object? root, IReadOnlyDictionary<string, (long Start, long Bytes)> storages) =>
        [.. Find(file, root).Select(t => Place(file, t.Key, t.Value, storages))];

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

    private static OrderedDictionary<string, PickleTensor> Find(MappedFile file, object? root)
    {
        var tensors = Weights(root, MaxNesting, [])
            ?? throw new UserException($"the file holds {Describe(root)}, but no state dict", file.Path, "Save model.state_dict().");
        foreach (var prefix in Prefixes)
        {
            if (tensors.Keys.All(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length))
                tensors = new(tensors.Select(t => KeyValuePair.Create(t.Key[prefix.Length..], t.Value)));
        }
        if (tensors.Count > TensorInfo.MaxCount)
            throw file.Damaged($"has {tensors.Count} tensors");
        return tensors;
    }

    /// <param name="value">What may be a dict of weights.</param>
    /// <param name="depth">How many dicts deep to look.</param>
    /// <param name="seen">The dicts already looked into: a pickle may hold one many times, even inside itself.</param>
    private static OrderedDictionary<string, PickleTensor>? Weights(object? value, int depth, HashSet<PickleDict> seen)
    {
        if (value is not PickleDict dict || depth == 0 || !seen.Add(dict))
            return null;
        var nested = Wrappers.Select(key => Weights(dict[key], depth - 1, seen)).FirstOrDefault(found => found is not null);
        return nested ?? Tensors(dict);
    }

    private static OrderedDictionary<string, PickleTensor>? Tensors(PickleDict dict)
    {
        // A key set twice keeps its place and the last value, as in Python.
        var entries = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (key, value) in dict.Items)
        {
            if (key is string { Length: <= MaxNameLength } name)
                entries[name] = value;
        }
        var tensors = entries.Where(e => e.Value is PickleTensor).Select(e => KeyValuePair.Create(e.Key, (PickleTensor)e.Value!));
        return tensors.Any() ? new(tensors, StringComparer.Ordinal) : null;
    }

    private static string Describe(object? root) => root switch
    {
        PickleDict { Items.Count: 0 } => "an empty dict",
        PickleDict dict => $"a dict of {string.Join(", ", dict.Items.Take(8).Select(i => MappedFile.Quote(i.Key as string ?? "?")))}",
        PickleTensor => "a single tensor",
        List<object?> or object?[] => "a list",
        _ => "a single value",
    };
}
