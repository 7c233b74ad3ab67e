namespace PetBreeds.Training;

/// <summary>Watches a training run: progress, log, history. It sees results and changes nothing.</summary>
public interface IRunObserver
{
    /// <summary>A phase begins.</summary>
    void PhaseStarted(Phase phase);

    /// <summary>An optimizer step is done.</summary>
    void StepDone(StepResult step);

    /// <summary>A batch of validation is done.</summary>
    void ValidationBatchDone();

    /// <summary>The run went back to an earlier state, because of a problem, and goes on from there at a lower rate.</summary>
    void Recovered(string problem, TrainState state)
    {
    }

    /// <summary>An epoch and its validation are done.</summary>
    void EpochDone(EpochResult epoch);
}
