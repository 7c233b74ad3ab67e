using PetBreeds.Models.Weights;
using static TorchSharp.torch;

namespace PetBreeds.Models;

/// <summary>The error for a weight file that does not fit: the names in the file first, then what was expected.</summary>
internal static class WeightMisfit
{
    private const int Shown = 6;

    /// <param name="plan">The architecture the weights were to be loaded into.</param>
    /// <param name="wanted">Its tensors.</param>
    /// <param name="file">The file.</param>
    /// <param name="nearest">The set in the file that matches most of them; null if none matches any.</param>
    /// <param name="place">The file's name for the message.</param>
    public static UserException Of(
        Architecture plan, (string Name, Tensor Tensor)[] wanted, WeightFile file, WeightSet? nearest, string place)
    {
        // A set with few of the names has them by chance ("conv1.weight"); then the lists of names are more helpful than the differences.
        var alike = nearest is not null && nearest.Tensors.Count > wanted.Length / 4;
        if (!alike && file.Unread is not null)
            return StateDict.Refusal(place, file.Unread);
        var theirs = file.Tensors.OrderByDescending(tensor => alike && tensor.Name.StartsWith(nearest!.Prefix, StringComparison.Ordinal))
            .ThenBy(tensor => WeightSet.IsCounter(tensor.Name))
            .Select(tensor => $"{MappedFile.Quote(tensor.Name)} {WeightSet.Text(tensor.Shape)}");
        var expected = alike
            ? $"Compared with {plan.Name}, {Where(nearest!)} show {Count(nearest!.Differences.Count, "difference")}:\n  "
                + First(nearest.Differences, Shown)
            : $"{plan.Name} has {wanted.Length}:\n  "
                + $"{First(wanted.Select(item => $"`{item.Name}` {WeightSet.Text(item.Tensor.shape)}"), Shown)}";
        return new UserException(
            $"the weights do not fit the network.\nThe file has {Count(file.Tensors.Count, "tensor")}:\n  "
                + $"{First(theirs, Shown)}\n{expected}",
            place, Remedy(file));
    }

    /// <summary>The first lines, and how many more there are.</summary>
    public static string First(IEnumerable<string> lines, int count)
    {
        var all = lines.ToArray();
        return string.Join("\n  ", all.Length > count ? [.. all.Take(count), $"and {all.Length - count} more"] : all);
    }

    /// <summary>"1 tensor", "2 tensors".</summary>
    public static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    /// <summary>Describes where a set is in its file.</summary>
    public static string Where(WeightSet set) =>
        (set.Prefix == "" ? "the names as stored" : $"the names after {MappedFile.Quote(set.Prefix)}")
        + (set.Naming.Program is { } program ? $" ({program})" : "")
        + (set.Wrapped ? " (with wrapper names such as `_orig_mod` removed)" : "");

    private static string Remedy(WeightFile file)
    {
        foreach (var plan in Architecture.All)
        {
            using var body = plan.CreateBody(META);
            if (WeightSet.Find(file, body) is [{ Fits: true }, ..])
                return $"These are {plan.Name} weights: use `arch {plan.Name}`, or give other weights.";
        }
        return $"Give weights of a {string.Join(", ", Architecture.All.SkipLast(1).Select(plan => plan.Name))} or "
            + $"{Architecture.All[^1].Name} "
            + "with torchvision's, timm's, fastai's or transformers' names, or use `weights none`.";
    }
}
