using PetBreeds.Models.Weights;
using static TorchSharp.torch;

namespace PetBreeds.Models;

/// <summary>Copies a weight file's tensors into a network after comparing every name and shape.</summary>
internal static class WeightLoading
{
    private const int Shown = 8;

    /// <summary>
    /// Loads weights into a body. Its tensors are found whatever prefix their names have in the file; everything else (heads of any name,
    /// optimizers, other copies) is ignored.
    /// </summary>
    /// <returns>What was used and what was ignored; null if the file contains nothing but this body.</returns>
    /// <exception cref="UserException">Names or shapes differ. In that case, nothing is changed.</exception>
    public static string? LoadBody(Body body, WeightFile file, string place)
    {
        var wanted = body.NamedTensors().ToArray();
        var sets = WeightSet.Find(file, body);
        if (sets is not [{ Fits: true } taken, ..])
            throw WeightMisfit.Of(body.Plan, wanted, file, sets is [var nearest, ..] ? nearest : null, place);
        using var noGradients = no_grad();
        foreach (var (name, tensor) in wanted)
        {
            if (!taken.Tensors.TryGetValue(name, out var found))
                continue; // a counter
            using var values = file.Read(found.Name);
            using var shaped = values.reshape(tensor.shape); // [channels] in place of [channels, 1, 1]
            tensor.copy_(shaped);
        }
        return Describe(taken, [.. sets.Skip(1).Where(set => set.Fits)], file);
    }

    /// <summary>
    /// Copies all tensors of the file into a network that was created on the meta device, where creating and initialising it costs nothing.
    /// If anything differs, nothing is changed.
    /// </summary>
    /// <exception cref="UserException">Names or shapes differ; all differences are counted and the first ones listed.</exception>
    internal static void Fill(IReadOnlyList<TensorSlot> slots, WeightFile file, string place)
    {
        Compare(slots, file, place);
        var names = file.Tensors.Select(tensor => tensor.Name).ToHashSet();
        var values = new Tensor[slots.Count];
        Parallel.For(0, slots.Count, i => // most of the time is spent waiting for memory pages
            values[i] = names.Contains(slots[i].Name) ? file.Read(slots[i].Name) : zeros_like(slots[i].Tensor, device: CPU)); // no counter
        foreach (var (slot, value) in slots.Zip(values))
            slot.Put(value);
    }

    private static void Compare(IReadOnlyList<TensorSlot> slots, WeightFile file, string place)
    {
        var there = file.Tensors.ToDictionary(tensor => tensor.Name);
        var differences = new List<string>();
        foreach (var slot in slots)
        {
            if (!there.Remove(slot.Name, out var found))
            {
                if (!WeightSet.IsCounter(slot.Name))
                    differences.Add($"{slot.Name} is missing");
            }
            else if (WeightSet.Wrong(found, slot.Tensor.shape) is { } wrong)
                differences.Add($"{slot.Name} {wrong}");
        }
        differences.AddRange(there.Keys.Select(name => $"{name} is not in the network"));
        if (differences.Count > 0)
        {
            var (count, first) = (WeightMisfit.Count(differences.Count, "difference"), WeightMisfit.First(differences, Shown));
            throw new UserException($"the model's weights do not match its own description ({count}):\n  {first}", place,
                "Train the model again or restore a copy.");
        }
    }

    private static string? Describe(WeightSet taken, WeightSet[] others, WeightFile file)
    {
        var used = taken.Tensors.Values.Select(tensor => tensor.Name).ToHashSet();
        var parts = new List<string>();
        if (taken.Prefix != "" || taken.Naming.Program is not null || taken.Wrapped)
            parts.Add($"taken: {WeightMisfit.Where(taken)}");
        if (others.Length > 0)
            parts.Add($"other copies that fit: {string.Join(", ", others.Take(Shown).Select(WeightMisfit.Where))}");
        used.UnionWith(others.SelectMany(set => set.Tensors.Values).Select(tensor => tensor.Name));
        string[] rest = [.. file.Tensors.Select(tensor => tensor.Name).Where(name => !used.Contains(name))
            .GroupBy(name => Group(name, taken.Prefix)).Select(group => $"{MappedFile.Quote(group.Key)} ({group.Count()})")];
        if (rest.Length > 0)
            parts.Add($"skipped: {string.Join(", ", rest.Take(Shown))}{(rest.Length > Shown ? $" and {rest.Length - Shown} more" : "")}");
        return parts.Count > 0 ? string.Join("; ", parts) : null;
    }

    /// <summary>The module of a tensor: the first part of its name that differs from the prefix of the weights.</summary>
    private static string Group(string name, string prefix)
    {
        var alike = name.AsSpan().CommonPrefixLength(prefix);
        var start = name.LastIndexOf('.', Math.Max(alike - 1, 0)) + 1;
        return name.IndexOf('.', start) is var dot and >= 0 ? name[..dot] : name;
    }
}
