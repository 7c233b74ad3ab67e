using PetBreeds.Training.Heads;
using PetBreeds.Training.Schedules;
using PetBreeds.Training.Steps;

namespace PetBreeds.Training;

/// <summary>Watches a training run: progress, log, history. It sees results and changes nothing.</summary>
internal interface IRunObserver
{
    /// <summary>The head is being solved.</summary>
    void Solving(HeadProgress progress)
    {
    }

    /// <summary>The head is solved and measured; the network holds it.</summary>
    /// <param name="head">The solution.</param>
    /// <param name="start">Epoch 0.</param>
    void HeadSolved(SolvedHead head, EpochResult start)
    {
    }

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
