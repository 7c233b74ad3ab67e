using PetBreeds.Training.Heads;
using PetBreeds.Training.Schedules;
using PetBreeds.Training.Steps;

namespace PetBreeds.Training;

/// <summary>Observes a training run, for progress, logs or history. It receives results and changes nothing.</summary>
internal interface IRunObserver
{
    /// <summary>The head is being solved.</summary>
    void Solving(HeadProgress progress)
    {
    }

    /// <summary>The head has been solved and measured; the network contains it.</summary>
    /// <param name="head">The solution.</param>
    /// <param name="start">Epoch 0.</param>
    void HeadSolved(SolvedHead head, EpochResult start)
    {
    }

    /// <summary>A phase starts.</summary>
    void PhaseStarted(Phase phase)
    {
    }

    /// <summary>An optimizer step is complete.</summary>
    void StepDone(StepResult step)
    {
    }

    /// <summary>A validation batch is complete.</summary>
    void ValidationBatchDone()
    {
    }

    /// <summary>Because of a problem, the run went back to an earlier state and continues from there at a lower rate.</summary>
    void Recovered(string problem, TrainState state)
    {
    }

    /// <summary>An epoch and its validation are complete.</summary>
    void EpochDone(EpochResult epoch)
    {
    }
}
