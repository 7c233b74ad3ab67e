using System.Text.RegularExpressions;
using PetBreeds.Models.Weights;

namespace PetBreeds.Models;

/// <summary>
/// Tensors of a file that have the names of a network's body after a common prefix. Any prefix is found: each name in the file that ends
/// with one of the network's names suggests one, and the network's names that follow it are counted.
/// </summary>
/// <param name="Prefix">The prefix with its dot, such as <c>state_dict.module.</c>; empty if there is none.</param>
/// <param name="Naming">The naming scheme of the names after it.</param>
/// <param name="Tensors">The file's tensor for each of the network's names.</param>
/// <param name="Differences">Tensors that are missing, have another shape or are superfluous; empty if the set fits.</param>
internal sealed partial record WeightSet(
    string Prefix, TensorNaming Naming, IReadOnlyDictionary<string, TensorInfo> Tensors, IReadOnlyList<string> Differences)
{
    /// <summary>Whether every tensor of the network is present and fits, with nothing superfluous.</summary>
    public bool Fits => Differences.Count == 0;

    /// <summary>
    /// Whether names of wrappers within the network (<c>layer1._fsdp_wrapped_module.0</c>) had to be removed from the file's names.
    /// </summary>
    public bool Wrapped { get; private init; }

    /// <summary>
    /// Whether these weights are an average of another set or trail behind it: an EMA, a momentum encoder (MoCo's encoder_k) or a teacher.
    /// </summary>
    public bool Trails => Trailing().IsMatch(Prefix);

    /// <summary>
    /// The sets with the most of the network's tensors, best first: those that fit before those that do not, trained ones before those that
    /// <see cref="Trails">trail</see>, and otherwise in the order of the file.
    /// </summary>
    public static IReadOnlyList<WeightSet> Find(WeightFile file, Body body)
    {
        var found = Find([.. file.Tensors.Select(tensor => new Named(tensor.Name, tensor))], body);
        Named[] unwrapped = [.. file.Tensors.Select(tensor => new Named(Wrapper().Replace(tensor.Name, ""), tensor))];
        if (found is [{ Fits: true }, ..] || unwrapped.DistinctBy(tensor => tensor.Name).Count() < unwrapped.Length)
            return found;
        var inside = Find(unwrapped, body);
        return inside is [{ Fits: true }, ..] ? [.. inside.Select(set => set with { Wrapped = true })] : found;
    }

    private static IReadOnlyList<WeightSet> Find(Named[] file, Body body)
    {
        (string Name, long[] Shape)[] wanted = [.. body.NamedTensors().Select(item => (item.Name, item.Tensor.shape))];
        var candidates = body.Plan.Namings.SelectMany(naming =>
            Prefixes(file, [.. wanted.Select(item => naming.Of(item.Name))])
                .Select(found => (naming, found.Prefix, found.Count))).ToArray();
        var most = candidates.Select(candidate => candidate.Count).DefaultIfEmpty().Max();
        var required = wanted.Count(item => !IsCounter(item.Name));
        return
        [
            .. candidates.Where(candidate => candidate.Count == most).Take(most == required ? candidates.Length : 1)
                .Select(candidate => Compare(file, wanted, candidate.naming, candidate.Prefix, body.Plan.ClassifierName))
                .OrderBy(set => set.Differences.Count).ThenBy(set => set.Trails),
        ];
    }

    /// <summary>Files written before PyTorch 0.4.1 lack batch norm's step counters, which nothing here reads.</summary>
    public static bool IsCounter(string name) => name.EndsWith(".num_batches_tracked", StringComparison.Ordinal);

    /// <summary>Describes why a tensor does not fit a shape; null if it fits.</summary>
    public static string? Wrong(TensorInfo found, long[] shape) =>
        !found.Shape.AsSpan().SequenceEqual(shape) ? $"is {Text(found.Shape)}, not {Text(shape)}"
        : !found.DType.IsFloating() && !IsCounter(found.Name) ? $"holds {found.DType.ToString().ToLowerInvariant()} numbers, not weights"
        : null;

    /// <summary>A shape as PyTorch writes it.</summary>
    public static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>Every prefix that some of the network's names follow, and the number of these names, without counters.</summary>
    private static IEnumerable<(string Prefix, int Count)> Prefixes(Named[] file, string[] names)
    {
        var wanted = names.Where(name => !IsCounter(name)).ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        var deepest = names.Max(name => name.Count(c => c == '.'));
        var counts = new OrderedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, _) in file)
        {
            for (int dots = 0, end = name.Length; end >= 0 && dots <= deepest; dots++)
            {
                end = end == 0 ? -1 : name.LastIndexOf('.', end - 1);
                if (wanted.Contains(name.AsSpan(end + 1)))
                    counts[name[..(end + 1)]] = counts.GetValueOrDefault(name[..(end + 1)]) + 1;
            }
        }
        return counts.Select(item => (item.Key, item.Value));
    }

    private static WeightSet Compare(
        Named[] file, (string Name, long[] Shape)[] wanted, TensorNaming naming, string prefix, string classifier)
    {
        var behind = file.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(tensor => tensor.Name[prefix.Length..], tensor => tensor.Info, StringComparer.Ordinal);
        var roots = wanted.Select(item => Root(naming.Of(item.Name))).ToHashSet(StringComparer.Ordinal);
        var tensors = new Dictionary<string, TensorInfo>(StringComparer.Ordinal);
        var differences = new List<string>();
        foreach (var (name, shape) in wanted)
        {
            var theirs = naming.Of(name);
            if (!behind.Remove(theirs, out var found))
            {
                if (!IsCounter(name))
                    differences.Add($"{prefix}{theirs} is missing");
                continue;
            }
            tensors.Add(name, found);
            if (Wrong(found, Alike(found.Shape, shape) ? found.Shape : shape) is { } wrong)
                differences.Add($"{found.Name} {wrong}");
        }
        // A head may have any name; superfluous tensors inside the body's own layers would mean that the layers compute something else.
        var head = naming.Of($"{classifier}.");
        bool IsInside(string name) => roots.Contains(Root(name)) && !IsCounter(name) && !name.StartsWith(head, StringComparison.Ordinal);
        differences.AddRange(behind.Where(rest => IsInside(rest.Key))
            .Select(rest => $"{rest.Value.Name} is not in the network"));
        return new(prefix, naming, tensors, differences);
    }

    /// <summary>Whether shapes are equal except for trailing ones: the same elements in the same order.</summary>
    private static bool Alike(long[] a, long[] b) => a.AsSpan().TrimEnd(1).SequenceEqual(b.AsSpan().TrimEnd(1));

    private static string Root(string name) => name.IndexOf('.') is var dot and >= 0 ? name[..dot] : name;

    /// <summary>A tensor of the file, with the name used to compare it.</summary>
    private readonly record struct Named(string Name, TensorInfo Info);

    // Wrappers keep what they wrap in a private attribute: torch.compile, FSDP, activation checkpoints.
    [GeneratedRegex("(?<=^|[.])_[A-Za-z_]+[.]")]
    private static partial Regex Wrapper();

    [GeneratedRegex("(^|[._])(ema|swa|avg|averaged?|shadow|momentum|target|teacher|key)([._]|$)|_[km]([._]|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Trailing();
}
