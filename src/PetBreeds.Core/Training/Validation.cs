using PetBreeds.Batches;
using PetBreeds.Models;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>Loss and error over a split, on centre crops.</summary>
/// <param name="Loss">Mean over the photos.</param>
/// <param name="Error">Share of photos whose top class is wrong, 0 to 1.</param>
public sealed record Validation(double Loss, double Error)
{
    /// <summary>One pass over the loader's photos; the model is left in evaluation mode.</summary>
    public static Validation Run(
        ImageClassifier model, BatchLoader loader, BatchTransform transform, Device device, double smoothing,
        Action batchDone, CancellationToken cancel)
    {
        model.eval();
        using var noGradients = inference_mode();
        var (loss, wrong) = (0.0, 0L);
        foreach (var batch in loader.Ordered())
        {
            using var scope = NewDisposeScope();
            using (batch)
            {
                cancel.ThrowIfCancellationRequested();
                var labels = batch.Labels.to(device);
                var logits = model.forward(transform.Input(batch, device));
                loss += CrossEntropy.Mean(logits, labels, smoothing).item<float>() * batch.Count;
                wrong += logits.argmax(1).ne(labels).sum().item<long>();
            }
            batchDone();
        }
        return new Validation(loss / loader.Count, (double)wrong / loader.Count);
    }
}
