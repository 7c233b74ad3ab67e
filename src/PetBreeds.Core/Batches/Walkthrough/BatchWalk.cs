using PetBreeds.Batches.Augmentation;
using static TorchSharp.torch;

namespace PetBreeds.Batches.Walkthrough;

/// <summary>Follows a whole batch, as training draws it, to the network's input.</summary>
internal static class BatchWalk
{
    /// <summary>The steps up to the last one or the first failure: collation, the copy to the device, the transform.</summary>
    /// <param name="loader">The loader of the training photos.</param>
    /// <param name="transform">Computes the network's input.</param>
    /// <param name="augment">The options of the augmentation.</param>
    /// <param name="device">The device that training would use.</param>
    public static IReadOnlyList<WalkStep> Follow(BatchLoader loader, BatchTransform transform, AugmentOptions augment, Device device)
    {
        using var scope = NewDisposeScope();
        return WalkLog.Run(log =>
        {
            using var batch = log.Do("collate", WalkValue.Of($"{loader.Count} presized photos", "photos"),
                () => loader.Train(0, augment).First(),
                (step, result) => step with
                {
                    Out = WalkValue.Of(result.Pixels),
                    Did = $"with labels int64 [{result.Labels.shape[0]}] from {result.Labels.min().item<long>()} to "
                        + $"{result.Labels.max().item<long>()}",
                });
            var there = log.Do("to device", WalkValue.Of(batch.Pixels), () => batch.Pixels.to(device),
                (step, result) => step with { Out = WalkValue.Of(result), Did = device.ToString() });
            log.Do("transform", WalkValue.Of(there), () => Finite(transform.Apply(there, batch.Draws)),
                (step, result) => step with
                {
                    Out = WalkValue.Of(result),
                    Did = "float, augment, lighting and normalise: the network's input",
                });
        });
    }

    private static Tensor Finite(Tensor input) => input.isfinite().all().cpu().item<bool>()
        ? input
        : throw new UserException("the network's input contains numbers that are not finite");
}
