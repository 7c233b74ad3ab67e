using System.Diagnostics;
using PetBreeds.Runtime;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Schedules;
using PetBreeds.Training.State;
using static TorchSharp.torch;

namespace PetBreeds.Training.Steps;

/// <summary>
/// The progress of a training and its results so far; the rest of its position follows from the numbers of steps and epochs.
/// </summary>
internal sealed class TrainState : IStateful, IDisposable
{
    private const int Columns = 6; // epoch, loss, rate, momentum, skipped, scale

    private readonly List<StepResult> _steps = [];
    private readonly List<(StepPlan Plan, StepOutcome Outcome)> _unread = [];
    private readonly Stopwatch _clock = new();
    private double _secondsBefore; // of the current epoch, before an interruption

    /// <summary>Every step whose outcome has been read, in order.</summary>
    public IReadOnlyList<StepResult> Steps => _steps;

    /// <summary>The result of the solved head, before any step; null if no head is solved, or not yet.</summary>
    public EpochResult? Start { get; internal set; }

    /// <summary>The results of all completed epochs, including validation.</summary>
    public IReadOnlyList<EpochResult> Epochs { get; internal set; } = [];

    /// <summary>The result of the solved head, then those of the epochs.</summary>
    public IReadOnlyList<EpochResult> History => Start is null ? Epochs : [Start, .. Epochs];

    /// <summary>
    /// Whether fine-tuning ended with a worse model than the solved head: a higher validation error, or the same error and a higher loss.
    /// </summary>
    public bool EndsWorse => Start is { } start && Epochs is [.., var last]
        && (last.Error, last.ValidLoss).CompareTo((start.Error, start.ValidLoss)) > 0;

    /// <summary>The smoothed loss as reported for epochs; it restarts with each phase.</summary>
    public SmoothedLoss Smoothed { get; } = new();

    /// <summary>Seconds spent on the current epoch.</summary>
    public double EpochSeconds => _secondsBefore + _clock.Elapsed.TotalSeconds;

    /// <summary>Photos trained on in the current epoch.</summary>
    public int EpochImages { get; private set; }

    /// <summary>Factor of the learning rates: below 1 after the run has recovered from a loss that was not finite.</summary>
    public double RateFactor { get; internal set; } = 1;

    /// <summary>Number of completed steps, whether or not their outcomes have been read.</summary>
    internal int Step => _steps.Count + _unread.Count;

    /// <summary>Number of steps whose outcomes have not been read.</summary>
    internal int Unread => _unread.Count;

    /// <summary>The step after which the weights are lost, because its loss or the resulting network is not finite.</summary>
    internal StepResult? Lost { get; set; }

    /// <summary>Records a completed step.</summary>
    /// <param name="plan">The plan of the step.</param>
    /// <param name="photos">Number of photos in its batch.</param>
    /// <param name="outcome">The outcome; the state takes ownership of its tensor.</param>
    internal void Record(StepPlan plan, int photos, StepOutcome outcome)
    {
        outcome.Values.DetachFromDisposeScope();
        _unread.Add((plan, outcome));
        EpochImages += photos;
    }

    /// <summary>Reads the pending outcomes, up to the first loss that is not finite, which becomes <see cref="Lost"/>.</summary>
    internal void ReadOutcomes()
    {
        if (_unread.Count == 0 || Lost is not null)
            return;
        foreach (var ((plan, _), (loss, skipped, scale)) in _unread.Zip(StepOutcome.Read([.. _unread.Select(item => item.Outcome)])))
        {
            var step = new StepResult(plan.Step, plan.Epoch, loss, plan.Rates[^1], plan.Momentum, skipped, scale);
            if (!double.IsFinite(loss))
            {
                Lost = step;
                break;
            }
            _steps.Add(step);
            Smoothed.Add(loss);
        }
        Forget();
    }

    /// <summary>Starts the clock of the current epoch.</summary>
    internal void StartClock() => _clock.Restart();

    /// <summary>Records a completed epoch and starts the next one.</summary>
    internal void EndEpoch(EpochResult epoch)
    {
        Epochs = [.. Epochs, epoch];
        BeginEpoch(seconds: 0, images: 0);
    }

    /// <summary>Continues an epoch where it was interrupted.</summary>
    internal void BeginEpoch(double seconds, int images)
    {
        (_secondsBefore, EpochImages) = (seconds, images);
        _clock.Reset();
    }

    /// <summary>One row per step: float64 [steps, 6].</summary>
    IReadOnlyDictionary<string, Tensor> IStateful.State() => new Dictionary<string, Tensor>
    {
        [""] = tensor([.. _steps.SelectMany(s => new[] { s.Epoch, s.Loss, s.LearningRate, s.Momentum, s.Skipped ? 1 : 0, s.Scale })],
            [_steps.Count, Columns], ScalarType.Float64),
    };

    void IStateful.Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        if (!state.TryGetValue("", out var rows) || rows.dtype != ScalarType.Float64 || rows.dim() != 2 || rows.shape[1] != Columns)
            throw SavedState.Unfit("the run", $"its table of steps is missing or does not have {Columns} columns");
        Forget();
        Lost = null;
        _steps.Clear();
        foreach (var (i, row) in HostRead.Values(rows).Chunk(Columns).Index())
            _steps.Add(new StepResult(i, row[0], row[1], row[2], row[3], row[4] != 0, row[5]));
    }

    /// <summary>Frees outcomes that have not been read.</summary>
    public void Dispose() => Forget();

    private void Forget()
    {
        foreach (var (_, outcome) in _unread)
            outcome.Dispose();
        _unread.Clear();
    }
}
