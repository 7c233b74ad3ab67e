using PetBreeds.Training.Heads;
using PetBreeds.Training.Schedules;
using PetBreeds.Training.Steps;

namespace PetBreeds.Training;

/// <summary>Forwards the events of a run to several observers, in order.</summary>
internal sealed class RunObservers : IRunObserver
{
    private readonly IReadOnlyList<IRunObserver> _observers;

    /// <param name="observers">The observers; null ones are ignored.</param>
    public RunObservers(params IEnumerable<IRunObserver?> observers) => _observers = [.. observers.OfType<IRunObserver>()];

    /// <inheritdoc/>
    public void Solving(HeadProgress progress) => Tell(observer => observer.Solving(progress));

    /// <inheritdoc/>
    public void HeadSolved(SolvedHead head, EpochResult start) => Tell(observer => observer.HeadSolved(head, start));

    /// <inheritdoc/>
    public void PhaseStarted(Phase phase) => Tell(observer => observer.PhaseStarted(phase));

    /// <inheritdoc/>
    public void StepDone(StepResult step) => Tell(observer => observer.StepDone(step));

    /// <inheritdoc/>
    public void ValidationBatchDone() => Tell(observer => observer.ValidationBatchDone());

    /// <inheritdoc/>
    public void Recovered(string problem, TrainState state) => Tell(observer => observer.Recovered(problem, state));

    /// <inheritdoc/>
    public void EpochDone(EpochResult epoch) => Tell(observer => observer.EpochDone(epoch));

    private void Tell(Action<IRunObserver> what)
    {
        foreach (var observer in _observers)
            what(observer);
    }
}
