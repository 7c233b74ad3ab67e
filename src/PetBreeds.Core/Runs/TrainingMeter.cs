using PetBreeds.Training;
using PetBreeds.Training.Heads;
using PetBreeds.Training.Steps;

namespace PetBreeds.Runs;

/// <summary>Measures the progress of a training, in units of one training step.</summary>
/// <param name="session">The session being trained.</param>
/// <param name="report">Called with the completed steps, the total, and the current activity.</param>
internal sealed class TrainingMeter(TrainingSession session, Action<double, double, string> report) : IRunObserver
{
    /// <summary>Cost of a validation batch in training steps: a forward pass alone is about a third.</summary>
    private const double ValidationCost = 1.0 / 3;

    private readonly double _total =
        (session.Plan.Solves ? HeadCost(session) : 0) + session.Plan.FreezeEpochs * session.Training.TrainBatches
        + (session.Config.Steps ?? session.Plan.Epochs * session.Training.TrainBatches)
        + session.Plan.AllEpochs * ValidationCost * session.Validation.OrderedBatches;

    private double _done;

    /// <summary>Cost of solving the head: forward passes over the views of the training photos, and a validation.</summary>
    private static double HeadCost(TrainingSession session) =>
        ValidationCost * (session.Plan.Views * session.Training.OrderedBatches + session.Validation.OrderedBatches);

    private double EpochCost => session.Training.TrainBatches + ValidationCost * session.Validation.OrderedBatches;

    /// <summary>Moves to the state of a run: forward when it is resumed, back when it recovers.</summary>
    public void MoveTo(TrainState state) => _done = (state.Start is null ? 0 : HeadCost(session)) + state.Epochs.Count * EpochCost
        + (state.Steps.Count - state.Epochs.Count * session.Training.TrainBatches);

    /// <inheritdoc/>
    public void Solving(HeadProgress progress) =>
        report(_done = ValidationCost * progress.Done / session.Training.BatchSize, _total, progress.What);

    /// <inheritdoc/>
    public void StepDone(StepResult step) => Advance(1, $"epoch {(int)step.Epoch + 1}/{session.Plan.AllEpochs}, loss {step.Loss:0.000}");

    /// <inheritdoc/>
    public void ValidationBatchDone() => Advance(ValidationCost, "validating");

    /// <inheritdoc/>
    public void Recovered(string problem, TrainState state) => MoveTo(state);

    private void Advance(double cost, string what) => report(_done += cost, _total, what);
}
