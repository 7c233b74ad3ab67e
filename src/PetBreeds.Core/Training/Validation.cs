using PetBreeds.Batches;
using PetBreeds.Models;
using PetBreeds.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>Loss and error over a split, on centre crops.</summary>
/// <param name="Loss">Mean over the photos.</param>
/// <param name="Error">Share of photos whose top class is wrong, 0 to 1.</param>
public sealed record Validation(double Loss, double Error)
{
    /// <summary>
    /// One pass over the loader's photos; the model is left in evaluation mode. Sums stay on the device and are read once.
    /// </summary>
    internal static Validation Run(
        ImageClassifier model, ForwardPass pass, BatchLoader loader, BatchTransform transform, BatchSplit split, Device device, Criterion criterion,
        Action batchDone, CancellationToken cancel)
    {
        model.eval();
        using var noGradients = inference_mode();
        using var outer = NewDisposeScope();
        var type = device.type == DeviceType.MPS ? ScalarType.Float32 : ScalarType.Float64; // Metal has no float64
        var total = zeros(2, type, device); // sum of losses, number of wrong photos
        var photos = 0; // those that cannot be decoded are left out
        foreach (var batch in loader.Ordered())
        {
            using (batch)
            {
                cancel.ThrowIfCancellationRequested();
                AddBatch(total, batch, pass, transform, split, device, criterion);
            }
            photos += batch.Count;
            batchDone();
        }
        if (photos == 0)
            throw new UserException("none of the photos to validate on can be decoded", null, "`petbreeds data verify` says what is wrong with each.");
        var sums = HostRead.Values(total);
        return new Validation(sums[0] / photos, sums[1] / photos);
    }

    /// <summary>In evaluation mode a photo's logits do not depend on those beside it: any split gives the same sums.</summary>
    private static void AddBatch(
        Tensor total, Batch batch, ForwardPass pass, BatchTransform transform, BatchSplit split, Device device, Criterion criterion)
    {
        while (true)
        {
            try
            {
                using var scope = NewDisposeScope();
                var sums = zeros_like(total);
                foreach (var (start, count) in split.Parts(batch.Count, least: 1))
                {
                    using var inner = NewDisposeScope();
                    var (logits, labels, loss) = pass.Run(batch, start, count, transform, criterion);
                    sums.add_(stack([loss.mul(batch.Count), logits.argmax(1).ne(labels).sum().to(ScalarType.Float32)]));
                }
                total.add_(sums);
                return;
            }
            catch (Exception e) when (OutOfMemory.Is(e))
            {
                if (!split.Halve(batch.Count, least: 1))
                    throw new UserException($"{device} has too little memory for one photo", null,
                        "Use a smaller --size or a shallower --arch.", e);
            }
        }
    }
}
