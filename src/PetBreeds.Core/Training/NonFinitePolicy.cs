using PetBreeds.Batches;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Steps;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>Handles numbers that are not finite: detects them, names their source, and lets a run recover from them once.</summary>
/// <param name="model">The network.</param>
/// <param name="learner">The learner that wraps it.</param>
/// <param name="recover">Whether a run may continue from its last checkpoint.</param>
internal sealed class NonFinitePolicy(ImageClassifier model, Learner learner, bool recover)
{
    /// <summary>Factor of the learning rates after a recovery.</summary>
    public const double RateFactor = .1;

    /// <summary>Throws if the loss of a step that has been read is not finite.</summary>
    /// <param name="state">State of the training.</param>
    /// <param name="batch">The last batch, in which to look for the source; null not to look.</param>
    /// <exception cref="NonFiniteException">The loss is not finite.</exception>
    public void RequireFinite(TrainState state, Batch? batch = null)
    {
        if (state.Lost is { } step)
            throw new NonFiniteException(step, NonFiniteException.Training, batch is null ? null : FirstBadLayer(batch));
    }

    /// <summary>Throws if the validation loss or the network itself is not finite.</summary>
    /// <param name="state">State of the training; its weights are lost in that case.</param>
    /// <param name="validation">Validation of the current network.</param>
    /// <param name="last">The step before the validation.</param>
    /// <exception cref="NonFiniteException">The loss or the network is not finite.</exception>
    public void RequireFinite(TrainState state, Validation validation, StepResult last)
    {
        var bad = FiniteCheck.FirstBadTensor(model);
        var finite = double.IsFinite(validation.Loss);
        if (finite && bad is null)
            return;
        state.Lost = last;
        throw new NonFiniteException(last, finite ? NonFiniteException.Network : NonFiniteException.Validation, bad);
    }

    /// <summary>Whether the run continues from its last checkpoint: only once, and only if that is enabled.</summary>
    public bool Recovers(TrainState state) => recover && state.RateFactor == 1;

    /// <summary>The first layer with a non-finite output; null if none is found with the batch's first photos.</summary>
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
            return null; // the outputs of all blocks may not fit in memory at once
        }
    }
}
