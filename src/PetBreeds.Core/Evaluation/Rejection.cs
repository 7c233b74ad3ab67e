using PetBreeds.Models;

namespace PetBreeds.Evaluation;

/// <summary>What happens if predictions below a threshold are rejected as "none of these".</summary>
/// <param name="Chosen">How the threshold was chosen, such as "95% kept".</param>
/// <param name="Threshold">Threshold on the probability of the most probable class.</param>
/// <param name="Kept">Share of the photos of known classes that are accepted.</param>
/// <param name="ErrorOfKept">Share of wrong predictions among the accepted ones; NaN if there are none.</param>
/// <param name="WrongKept">Share of all wrong predictions that are still accepted; NaN if none is wrong.</param>
/// <param name="UnknownKept">Share of the photos of no known class that are accepted (false accepts); null without such photos.</param>
internal sealed record RejectionRow(string Chosen, double Threshold, double Kept, double ErrorOfKept, double WrongKept, double? UnknownKept)
{
    private static readonly double[] Coverages = [1, .99, .95, .9, .8];
    private static readonly double[] FalseAccepts = [.1, .05, .01];

    /// <summary>Rows for given coverages, followed, if there are photos of no known class, by rows for given false-accept rates.</summary>
    /// <param name="known">The evaluation on photos of known classes.</param>
    /// <param name="unknown">Confidences on photos of no known class; null if there are none.</param>
    /// <param name="calibration">The calibration that provides the thresholds for coverages; null chooses them on these photos.</param>
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

    /// <summary>The thresholds for a model's card; see <see cref="ModelCalibration.Thresholds"/>.</summary>
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
