using System.Diagnostics;
using PetBreeds.Training;
using PetBreeds.Training.Steps;

namespace PetBreeds.Runs;

/// <summary>Translates what the parts of a training report into progress for a caller of the library.</summary>
/// <param name="progress">The caller's; null if there is none.</param>
internal sealed class ProgressReporter(IProgress<TrainProgress>? progress) : IRunObserver
{
    private string _stage = "";
    private Stopwatch _clock = Stopwatch.StartNew();
    private double _began; // fraction at which the stage began
    private TrainProgress _last = new("preparing", 0, null);

    /// <summary>Reports completed and total work, in any unit.</summary>
    /// <param name="done">Completed work, out of <paramref name="total"/>.</param>
    /// <param name="total">Total work; 0 if it is unknown.</param>
    /// <param name="what">The current activity.</param>
    /// <param name="stage">
    /// The stage over which the remaining time is estimated; null for one stage shared by all reports without a name.
    /// </param>
    public void Report(double done, double total, string what, string? stage = null)
    {
        var fraction = total > 0 ? Math.Clamp(done / total, 0, 1) : 0;
        if (_stage != (stage ?? "training"))
            (_stage, _clock, _began) = (stage ?? "training", Stopwatch.StartNew(), fraction);
        var advanced = fraction - _began;
        TimeSpan? left = advanced > 0 ? _clock.Elapsed * ((1 - fraction) / advanced) : null;
        progress?.Report(_last = new TrainProgress(what, fraction, left));
    }

    /// <summary>Reports something that deserves attention.</summary>
    public void Warn(string warning) => progress?.Report(_last with { Warning = warning });

    /// <inheritdoc/>
    public void HeadSolved(Training.Heads.SolvedHead head, EpochResult start) => EpochDone(start);

    /// <inheritdoc/>
    public void Recovered(string problem, TrainState state) =>
        Warn($"{problem}. Training resumed from the last checkpoint at a lower rate");

    /// <inheritdoc/>
    public void EpochDone(EpochResult epoch) => progress?.Report(_last with { Epoch = epoch });
}
