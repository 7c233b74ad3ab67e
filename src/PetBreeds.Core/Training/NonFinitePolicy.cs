using PetBreeds.Batches;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Steps;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>
/// What is done about numbers that are not finite: they are found, their source is named, and a run may recover from them once.
/// </summary>
/// <param name="model">The network.</param>
/// <param name="learner">Around it.</param>
/// <param name="recover">Whether a run goes on from its last checkpoint.</param>
internal sealed class NonFinitePolicy(ImageClassifier model, Learner learner, bool recover)
{
    /// <summary>Of the learning rates, after a recovery.</summary>
    public const double RateFactor = .1;

    /// <summary>Throws where a step's loss, once read, is not finite.</summary>
    /// <param name="state">Of the training.</param>
    /// <param name="batch">The last one, in which the source is looked for; null: it is not.</param>
    /// <exception cref="NonFiniteException">It is not.</exception>
    public void RequireFinite(TrainState state, Batch? batch = null)
    {
        if (state.Lost is { } step)
            throw new NonFiniteException(step, NonFiniteException.Training, batch is null ? null : FirstBadLayer(batch));
    }

    /// <summary>Throws where the validation loss or the network itself is not finite.</summary>
    /// <param name="state">Of the training; its weights are lost then.</param>
    /// <param name="validation">Of the network as it is.</param>
    /// <param name="last">The step before it.</param>
    /// <exception cref="NonFiniteException">One is not.</exception>
    public void RequireFinite(TrainState state, Validation validation, StepResult last)
    {
        var bad = FiniteCheck.FirstBadTensor(model);
        var finite = double.IsFinite(validation.Loss);
        if (finite && bad is null)
            return;
        state.Lost = last;
        throw new NonFiniteException(last, finite ? NonFiniteException.Network : NonFiniteException.Validation, bad);
    }

    /// <summary>Whether the run goes on from its last checkpoint: once, and if that was asked for.</summary>
    public bool Recovers(TrainState state) => recover && state.RateFactor == 1;

    /// <summary>Null where it is not found in the batch's first photos.</summary>
    private string? FirstBadLayer(Batch batch)
    {
        try
        {
            using var scope = NewDisposeScope();
            var (start, count) = learner.MicroBatches.Of(batch.Count, TrainStep.FewestPhotos).First();
            return FiniteCheck.FirstBadLayer(model, learner.Compute, learner.Input(batch, start, count));
        }
        catch (Exception e) when (OutOfMemory.Is(e))
        {
            return null; // all blocks' outputs at once may be too much
        }
    }
}
