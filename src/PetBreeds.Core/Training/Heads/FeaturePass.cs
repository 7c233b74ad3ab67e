using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Distributed;
using PetBreeds.Models;
using PetBreeds.Training.Steps;
using static TorchSharp.torch;

namespace PetBreeds.Training.Heads;

/// <summary>
/// Passes photos through a frozen body, in evaluation mode and float32, and keeps the pooled features in memory. Several processes pass a
/// share each, and gather them.
/// </summary>
/// <param name="model">A model with a linear head; it is left in evaluation mode.</param>
/// <param name="learner">The learner that wraps it.</param>
/// <param name="loader">The photos.</param>
internal sealed class FeaturePass(ImageClassifier model, Learner learner, BatchLoader loader)
{
    private readonly ForwardPass _pass = new(new Features(model), learner.Compute.ForMeasuring);

    /// <summary>Computes the features of all photos, view by view. The caller disposes them.</summary>
    /// <param name="views">Number of views, 1 or more.</param>
    /// <param name="draw">Returns the augmentation of a photo in a view.</param>
    /// <param name="progress">Called with the completed and total number of photos.</param>
    /// <param name="cancel">Checked between batches.</param>
    /// <exception cref="UserException">No photo can be decoded, or not even one fits in memory.</exception>
    public FeatureSet Run(int views, Func<Sample, int, AugmentParams> draw, Action<int, int> progress, CancellationToken cancel)
    {
        model.eval();
        using var noGradients = inference_mode();
        using var scope = NewDisposeScope();
        var (parts, own) = (new List<Tensor>(), new List<Sample>());
        for (var view = 0; view < views; view++)
        {
            var (now, done) = (view, view * loader.Count);
            foreach (var batch in loader.Ordered(sample => draw(sample, now)))
            {
                using var _ = batch;
                cancel.ThrowIfCancellationRequested();
                using var features = learner.Forward(_pass, batch); // float32 [n, features]
                parts.Add(features.to(CPU));
                if (view == 0)
                    own.AddRange(batch.Samples);
                progress(Math.Min(views * loader.Count, done += batch.Count * learner.Group.Size), views * loader.Count);
            }
        }
        var (values, samples) = learner.Group.Size == 1 ? (parts, own) : Gather(parts, own, views);
        if (samples.Count == 0)
            throw new UserException("none of the training photos can be decoded", null, "Check the files.")
            {
                Next = NextStep.VerifyData,
            };
        return new FeatureSet(cat(values).DetachFromDisposeScope(), samples, views);
    }

    /// <summary>All photos in the loader's order, view by view, as if one process had passed them.</summary>
    private (List<Tensor> Parts, List<Sample> Samples) Gather(List<Tensor> parts, List<Sample> own, int views)
    {
        var width = model.Body.Plan.Features;
        var photos = loader.Samples.ToDictionary(sample => sample.Photo);
        var samples = learner.Group.Gather([.. own.Select(sample => sample.Photo)]);
        var mine = own.Count == 0 ? zeros(0, width) : cat(parts);
        var gathered = new List<Tensor>();
        for (var view = 0; view < views; view++) // one at a time: a rank's block must stay under 2 GiB
        {
            var values = mine.narrow(0, view * own.Count, own.Count).data<float>().ToArray();
            gathered.AddRange(learner.Group.Gather(values).Zip(samples, (part, indexes) => tensor(part, [indexes.Length, width])));
        }
        return (gathered, [.. samples.SelectMany(indexes => indexes.Select(index => photos[index]))]);
    }

    /// <summary>The network without its head. float32 [N, 3, size, size] → [N, features].</summary>
    private sealed class Features(ImageClassifier model) : nn.Module<Tensor, Tensor>(nameof(Features))
    {
        public override Tensor forward(Tensor input) => model.Features(input);
    }
}
