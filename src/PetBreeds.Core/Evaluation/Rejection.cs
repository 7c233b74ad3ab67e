using PetBreeds.Models;

namespace PetBreeds.Evaluation;

/// <summary>What happens where only answers at or above a threshold are given, and "none of these" below it.</summary>
/// <param name="Chosen">How the threshold was chosen: "95% kept".</param>
/// <param name="Threshold">On the probability of the most probable class.</param>
/// <param name="Kept">Share of the photos of known classes that get an answer.</param>
/// <param name="ErrorOfKept">Share of wrong ones among those answers; not a number where there are none.</param>
/// <param name="WrongKept">Share of all wrong answers that are given all the same; not a number where none is wrong.</param>
/// <param name="UnknownKept">Share of the photos of no known class that get an answer (false accepts); null without such photos.</param>
internal sealed record RejectionRow(string Chosen, double Threshold, double Kept, double ErrorOfKept, double WrongKept, double? UnknownKept)
{
    private static readonly double[] Coverages = [1, .99, .95, .9, .8];
    private static readonly double[] FalseAccepts = [.1, .05, .01];

    /// <summary>Rows for wanted coverages, then, with photos of no known class, for wanted rates of false accepts.</summary>
    /// <param name="known">Answers on photos of known classes.</param>
    /// <param name="unknown">How sure answers on photos of no known class were; null without.</param>
    /// <param name="calibration">Whose thresholds to take for coverages; null chooses them on these photos.</param>
    public static IReadOnlyList<RejectionRow> Table(SplitEvaluation known, ConfidenceHistogram? unknown, ModelCalibration? calibration)
    {
        ArgumentNullException.ThrowIfNull(known);
        var all = known.RightConfidences.Plus(known.WrongConfidences);
        return
        [
            .. Coverages.Select(share => At($"{share:0%} kept", calibration?.Threshold(share) ?? all.Keeping(share), known, unknown)),
            .. FalseAccepts.Where(_ => unknown is { Count: > 0 })
            .Select(rate => At($"{rate:0%} accepted", unknown!.Letting(rate), known, unknown)),
        ];
    }

    /// <summary>Thresholds for a model's card: see <see cref="ModelCalibration.Thresholds"/>.</summary>
    public static IReadOnlyList<double> Thresholds(SplitEvaluation validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        var all = validation.RightConfidences.Plus(validation.WrongConfidences);
        return [.. Enumerable.Range(0, ModelCalibration.Levels).Select(i => all.Keeping((double)i / (ModelCalibration.Levels - 1)))];
    }

    private static RejectionRow At(string chosen, double threshold, SplitEvaluation known, ConfidenceHistogram? unknown)
    {
        var (right, wrong) = (known.RightConfidences.AtLeast(threshold), known.WrongConfidences.AtLeast(threshold));
        return new RejectionRow(chosen, threshold, (double)(right + wrong) / known.Photos, (double)wrong / (right + wrong),
            (double)wrong / known.WrongConfidences.Count,
            unknown is { Count: > 0 } ? (double)unknown.AtLeast(threshold) / unknown.Count : null);
    }
}
