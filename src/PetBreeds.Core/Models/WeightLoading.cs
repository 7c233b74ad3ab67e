using PetBreeds.Models.Weights;
using static TorchSharp.torch;

namespace PetBreeds.Models;

/// <summary>Copies a weight file's tensors into a network after comparing every name and shape.</summary>
public static class WeightLoading
{
    private const int Shown = 8;

    /// <summary>
    /// Loads weights into a body; the classifier of torchvision's and timm's files (<c>fc</c>) or of our own (<c>head</c>) is passed over.
    /// </summary>
    /// <exception cref="UserException">Names or shapes differ; all differences are counted and the first ones listed.</exception>
    public static void LoadBody(ResNet body, WeightFile file, string place) =>
        Load(body.NamedTensors(), file, place, name => name.StartsWith("fc.") || name.StartsWith("head."));

    /// <summary>Loads every tensor. Nothing is changed if anything differs.</summary>
    internal static void Load(
        IEnumerable<(string Name, Tensor Tensor)> targets, WeightFile file, string place, Func<string, bool>? passOver = null)
    {
        var wanted = targets.ToArray();
        Compare(wanted, file, place, passOver);
        var names = file.Tensors.Select(tensor => tensor.Name).ToHashSet();
        using var noGradients = no_grad();
        foreach (var (name, tensor) in wanted.Where(item => names.Contains(item.Name)))
        {
            using var values = file.Read(name);
            tensor.copy_(values);
        }
    }

    /// <summary>
    /// Puts every tensor of the file into a network that was made on the meta device, where making and initialising it costs nothing.
    /// Nothing is changed if anything differs.
    /// </summary>
    /// <exception cref="UserException">As for <see cref="LoadBody"/>.</exception>
    internal static void Fill(IReadOnlyList<TensorSlot> slots, WeightFile file, string place)
    {
        Compare([.. slots.Select(slot => (slot.Name, slot.Tensor))], file, place, null);
        var names = file.Tensors.Select(tensor => tensor.Name).ToHashSet();
        var values = new Tensor[slots.Count];
        Parallel.For(0, slots.Count, i => // most of it is waiting for pages of memory
            values[i] = names.Contains(slots[i].Name) ? file.Read(slots[i].Name) : zeros_like(slots[i].Tensor, device: CPU)); // a counter may be missing
        foreach (var (slot, value) in slots.Zip(values))
            slot.Put(value);
    }

    private static void Compare((string Name, Tensor Tensor)[] wanted, WeightFile file, string place, Func<string, bool>? passOver)
    {
        var there = file.Tensors.ToDictionary(tensor => tensor.Name);
        var differences = new List<string>();
        foreach (var (name, tensor) in wanted)
        {
            if (!there.Remove(name, out var found))
            {
                if (!IsCounter(name))
                    differences.Add($"{name} is missing");
            }
            else if (!found.Shape.AsSpan().SequenceEqual(tensor.shape))
                differences.Add($"{name} is [{string.Join(", ", found.Shape)}], not [{string.Join(", ", tensor.shape)}]");
        }
        differences.AddRange(there.Keys.Where(name => passOver?.Invoke(name) != true).Select(name => $"{name} is not in the network"));
        if (differences.Count > 0)
            throw Differ(differences, place);
    }

    /// <summary>Files written before PyTorch 0.4.1 lack batch norm's step counters, which nothing here reads.</summary>
    private static bool IsCounter(string name) => name.EndsWith(".num_batches_tracked");

    private static UserException Differ(List<string> differences, string place)
    {
        var more = differences.Count > Shown ? $"\n  and {differences.Count - Shown} more" : "";
        return new UserException(
            $"the weights do not fit the network ({differences.Count} differences):\n  {string.Join("\n  ", differences.Take(Shown))}{more}",
            place, "Give the file of this architecture, or change --arch.");
    }
}
