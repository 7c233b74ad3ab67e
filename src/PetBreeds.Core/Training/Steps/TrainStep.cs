using System.Runtime.ExceptionServices;
using PetBreeds.Batches;
using PetBreeds.Distributed;
using PetBreeds.Runtime;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Optimizers;
using PetBreeds.Training.Regularization;
using PetBreeds.Training.Schedules;
using PetBreeds.Training.State;
using static TorchSharp.torch;

namespace PetBreeds.Training.Steps;

/// <summary>
/// One optimizer step: forward and backward passes over the micro-batches of a batch, then one update. If several processes train together,
/// each passes its share of the batch, and all make the same update. Nothing is read from the device: the check whether loss and gradients
/// are finite, which decides on the update, also runs there.
/// </summary>
internal sealed class TrainStep : IDisposable
{
    /// <summary>Batch norm divides by the standard deviation over the photos, which a single photo does not have.</summary>
    internal const int FewestPhotos = TrainOptions.FewestPhotosPerStep;

    private readonly Learner _learner;
    private readonly AdamW _optimizer;
    private readonly LoopOptions _options;
    private readonly ModelEma? _ema;
    private readonly StepReduction? _reduction; // null if this process trains alone
    private readonly Tensor _one;
    private bool _agreed; // all processes got through their share of the step: from here on, none can start over alone

    /// <param name="learner">The learner, in training mode.</param>
    /// <param name="optimizer">The optimizer of the model's parameters.</param>
    /// <param name="options">The mixing and the seed.</param>
    /// <param name="ema">The moving average of the weights; null for none.</param>
    public TrainStep(Learner learner, AdamW optimizer, LoopOptions options, ModelEma? ema = null)
    {
        (_learner, _optimizer, _options, _ema) = (learner, optimizer, options, ema);
        _one = ones([], device: learner.Device).DetachFromDisposeScope();
        Scaler = learner.Compute.Precision == Precision.Float16 ? new GradientScaler(learner.Device) : null;
        Model = new ModelState(learner.Model);
        _reduction = learner.Group.Size > 1 ? new StepReduction(learner.Group, Model, options.ReducePrecision) : null;
    }

    /// <summary>Scales gradients in float16; null in other precisions.</summary>
    public GradientScaler? Scaler { get; }

    /// <summary>The network's state after the last complete step.</summary>
    public ModelState Model { get; }

    /// <summary>
    /// Held while network, optimizer and state change together: whoever takes it sees a step either completed or not started.
    /// </summary>
    public Lock Changing { get; } = new();

    /// <summary>Runs the step. If memory runs out, it is repeated in smaller micro-batches.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="plan">Learning rates and momentum.</param>
    /// <param name="state">Records the step at the moment the network changes; null to record nothing.</param>
    /// <returns>The outcome; the caller disposes it unless <paramref name="state"/> is given, which then owns it.</returns>
    /// <exception cref="UserException">Not even two photos at once fit in memory.</exception>
    public StepOutcome Run(Batch batch, StepPlan plan, TrainState? state = null)
    {
        Begin();
        while (true)
        {
            try
            {
                return Attempt(batch, plan, state);
            }
            catch (Exception e) when (OutOfMemory.Is(e))
            {
                Undo();
                if (_agreed)
                    throw new UserException($"{_learner.Device} has too little memory to update the network", null,
                        "Use a shallower `arch`, or another `device`; close other programs that use its memory.", e);
                if (!Halve(batch.Count))
                    throw new UserException($"{_learner.Device} has too little memory for {FewestPhotos} photos at once", null,
                        "Use a smaller `size`, a shallower `arch`, or another `device`; close other programs that use its memory.", e);
            }
        }
    }

    /// <summary>Called before <see cref="Attempt"/>: saves what <see cref="Undo"/> restores.</summary>
    internal void Begin()
    {
        lock (Changing)
            Model.BeginStep();
    }

    /// <summary>Runs a step without retrying; it may run out of memory.</summary>
    internal StepOutcome Attempt(Batch batch, StepPlan plan, TrainState? state = null)
    {
        using var scope = NewDisposeScope();
        var seed = new SeededRandom(0xD80, (ulong)_options.Seed, (ulong)plan.Step).NextUInt64() + (ulong)_learner.Group.Rank;
        TorchRandom.Seed(_learner.Device, seed); // for dropout
        var mix = BatchMix.Draw(_options.Mixing, batch.Count, _learner.InputSize, seed);
        var loss = zeros([], device: _learner.Device); // float32 []: the mean over the batch
        var photos = _reduction is null ? Backward(loss, batch, mix) : BackwardTogether(_reduction, loss, batch, mix);
        lock (Changing)
        {
            var outcome = Update(loss, plan);
            Model.EndStep();
            state?.Record(plan, photos, outcome);
            return outcome;
        }
    }

    /// <summary>
    /// Undoes what <see cref="Attempt"/> did before memory ran out: gradients and statistics (updates are never partial).
    /// </summary>
    internal void Undo()
    {
        _optimizer.ZeroGradients();
        Model.UndoBuffers();
    }

    /// <returns>Number of photos in the batch.</returns>
    private int Backward(Tensor loss, Batch batch, BatchMix? mix)
    {
        foreach (var (start, count) in _learner.MicroBatches.Of(batch.Count, FewestPhotos))
            Backward(loss, batch, start, count, mix);
        return batch.Count;
    }

    /// <summary>The same for all processes, each with its share of the batch. If one runs out of memory, all start over.</summary>
    /// <returns>Number of photos in the batch of all processes.</returns>
    private int BackwardTogether(StepReduction reduction, Tensor loss, Batch batch, BatchMix? mix)
    {
        _agreed = false;
        ExceptionDispatchInfo? full = null;
        try
        {
            Backward(loss, batch, mix);
        }
        catch (Exception e) when (OutOfMemory.Is(e))
        {
            full = ExceptionDispatchInfo.Capture(e);
        }
        var (failed, photos, part) = reduction.Vote(batch.Count, _learner.Weight(batch, mix), full is not null);
        full?.Throw();
        if (failed)
            throw new OutOfMemoryElsewhereException();
        _agreed = true;
        reduction.Average(loss, part);
        return photos;
    }

    /// <summary>Halves the micro-batches, of all processes alike.</summary>
    /// <returns>False if none of them can be smaller; the size is then as before.</returns>
    private bool Halve(int photos)
    {
        var halved = _learner.MicroBatches.Halve(photos, FewestPhotos);
        if (_reduction is null)
            return halved;
        var all = _learner.Group.Gather([halved ? 1 : 0, _learner.MicroBatches.Size]);
        if (all.All(each => each[0] == 0))
            return false;
        _learner.MicroBatches.Restore(all.Min(each => each[1]));
        return true;
    }

    private void Backward(Tensor total, Batch batch, int start, int count, BatchMix? mix)
    {
        using var scope = NewDisposeScope();
        var loss = _learner.Loss(batch, start, count, mix);
        (Scaler is null ? loss : loss.mul(Scaler.Scale)).backward();
        total.AddInPlace(loss.detach());
    }

    private StepOutcome Update(Tensor loss, StepPlan plan)
    {
        using var scope = NewDisposeScope();
        var skip = loss.isfinite().logical_not().to(ScalarType.Float32);
        _optimizer.Step(plan.Rates, plan.Momentum, skip, Scaler is null ? _one : Scaler.Scale.reciprocal());
        _optimizer.ZeroGradients();
        _ema?.Update();
        var outcome = stack([loss, skip, Scaler?.Scale ?? _one]);
        Scaler?.Update(skip);
        return new StepOutcome(outcome.DetachFromDisposeScope());
    }

    /// <summary>Frees the state kept between steps.</summary>
    public void Dispose()
    {
        Model.Dispose();
        Scaler?.Dispose();
        _one.Dispose();
    }
}
