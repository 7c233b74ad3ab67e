using System.Numerics;
using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Distributed;
using PetBreeds.Models;
using PetBreeds.Pixels;
using PetBreeds.Runtime;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Schedules;
using static TorchSharp.torch;

namespace PetBreeds.Training.Steps;

/// <summary>Finds how many photos fit in memory: the setting <c>batch-size auto</c>.</summary>
internal static class BatchSizeChoice
{
    private const int First = 8; // the smallest tried on a GPU
    private const int MostOnGpu = 256, MostOnCpu = 64; // larger ones are no faster, and fewer steps per epoch learn less
    private const int LeastOnCpu = 4;

    /// <summary>
    /// The largest power of two that fits in memory. On a GPU, steps with increasing numbers of photos are tried, with all layers learning;
    /// on a CPU, where trying would push everything else out of memory, it is estimated for half the memory. The model is left unchanged.
    /// </summary>
    /// <param name="model">Placed by <paramref name="compute"/>.</param>
    /// <param name="compute">The device and precision.</param>
    /// <param name="config">The sizes.</param>
    /// <param name="photos">Number of training photos, the upper limit of a batch.</param>
    /// <param name="group">The processes that train together: each has a share of the photos and of its machine's memory.</param>
    /// <returns>Photos in a batch of all processes.</returns>
    /// <exception cref="UserException">Not even the smallest size fits.</exception>
    public static int Largest(ImageClassifier model, Compute compute, TrainOptions config, int photos, IProcessGroup group)
    {
        var (share, memory) = (photos / group.Size, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / group.LocalSize);
        var fits = DeviceTraits.Of(compute.Device).IsCpu
            ? ForMemory(model.Body.Plan, config.Size, memory, share)
            : ForDevice(model, compute, config, share, new MicroBatches(int.MaxValue));
        return group.Size * group.Gather([fits]).Min(each => each[0]);
    }

    /// <param name="plan">The network's architecture.</param>
    /// <param name="size">Side of its input in pixels.</param>
    /// <param name="memory">Memory available to the process, in bytes.</param>
    /// <param name="photos">Number of training photos.</param>
    internal static int ForMemory(Architecture plan, int size, long memory, int photos)
    {
        // A convolution's output is kept for the batch norm after it, and the batch norm's output for the next layer.
        var eachPhoto = 2.0 * sizeof(float) * plan.Activations(size);
        var fits = (int)Math.Clamp(memory / 2 / eachPhoto, LeastOnCpu, MostOnCpu);
        return PowerOfTwo(Math.Min(fits, photos));
    }

    /// <param name="model">The model, on the device.</param>
    /// <param name="compute">The device and precision.</param>
    /// <param name="config">The sizes.</param>
    /// <param name="photos">Number of training photos.</param>
    /// <param name="whole">Micro-batches that are never split; tests make memory run out in them.</param>
    internal static int ForDevice(ImageClassifier model, Compute compute, TrainOptions config, int photos, MicroBatches whole)
    {
        var most = PowerOfTwo(Math.Min(MostOnGpu, photos));
        using var transform = new BatchTransform(config.Size, Normalization.ImageNet);
        using var optimizer = OptimizerChoice.Create(model, config);
        using var learner = new Learner(model, compute, transform, whole, new LoopOptions { Loss = config.Loss });
        using var step = new TrainStep(learner, optimizer, new LoopOptions());
        model.Freeze(false);
        model.train();
        for (var size = Math.Min(First, most); ; size *= 2)
        {
            if (!Fits(step, optimizer.Groups, config.Presize, size))
                return size > First ? size / 2 : throw new UserException($"{compute.Device} has too little memory for {size} photos",
                    "`batch-size auto`", "Use a smaller number, a smaller `size` or a shallower `arch`.");
            if (size == most)
                return most;
        }
    }

    /// <summary>
    /// Tries a step with learning rate 0: it needs the memory of a real one, including the optimizer's moments, but changes no weights.
    /// </summary>
    private static bool Fits(TrainStep step, int groups, int side, int size)
    {
        using var batch = new Batch(zeros([size, side, side, 3], ScalarType.Byte), zeros(size, ScalarType.Int64),
            [.. Enumerable.Repeat(new Sample(0, 0, 0), size)], [.. Enumerable.Repeat(AugmentParams.Identity, size)]);
        step.Begin();
        try
        {
            using var outcome = step.Attempt(batch, new StepPlan(0, 0, LearningRates.Same(0, groups), Momentum: .9));
            _ = outcome.ReadLoss(); // waits for the device
            return true;
        }
        catch (Exception e) when (OutOfMemory.Is(e))
        {
            return false;
        }
        finally
        {
            step.Undo();
        }
    }

    private static int PowerOfTwo(int most) => 1 << BitOperations.Log2((uint)Math.Max(2, most));
}
