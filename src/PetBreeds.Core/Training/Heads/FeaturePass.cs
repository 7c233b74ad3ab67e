using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Distributed;
using PetBreeds.Models;
using PetBreeds.Training.Steps;
using static TorchSharp.torch;

namespace PetBreeds.Training.Heads;

/// <summary>
/// Passes photos through a frozen body, in evaluation mode and float32, and keeps the pooled features. Several processes pass a share each,
/// and the first one gathers them.
/// </summary>
/// <param name="model">A model with a linear head; it is left in evaluation mode.</param>
/// <param name="learner">The learner that wraps it.</param>
/// <param name="loader">The photos.</param>
/// <param name="inFile">Whether the features are kept in a file instead of in memory.</param>
internal sealed class FeaturePass(ImageClassifier model, Learner learner, BatchLoader loader, bool inFile)
{
    private const int Together = 4096; // rows that a process sends at once

    private readonly ForwardPass _pass = new(new Features(model), learner.Compute.ForMeasuring);
    private readonly int _width = model.Body.Plan.Features;

    /// <summary>Computes the features of all photos, view by view. The caller disposes them. Only the first process gets them.</summary>
    /// <param name="views">Number of views, 1 or more.</param>
    /// <param name="draw">Returns the augmentation of a photo in a view.</param>
    /// <param name="progress">Called with the completed and total number of photos.</param>
    /// <param name="cancel">Checked between batches.</param>
    /// <exception cref="UserException">
    /// No photo can be decoded, not even one fits in memory, features are not finite, or they cannot be written.
    /// </exception>
    public FeatureSet Run(int views, Func<Sample, int, AugmentParams> draw, Action<int, int> progress, CancellationToken cancel)
    {
        var group = learner.Group;
        var share = new Share(group.Rank, group.Size).Of(loader.Count).Count;
        var store = FeatureStore.Create(inFile, (long)views * share, _width);
        try
        {
            var samples = Fill(store, views, draw, progress, cancel);
            var own = new FeatureSet(store.First((long)views * samples.Count), samples, views, store);
            Check(own);
            if (group.Size == 1)
                return own;
            using (own)
                return Gather(own);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Passes this process's photos.</summary>
    /// <returns>Those that can be decoded.</returns>
    private List<Sample> Fill(FeatureStore store, int views, Func<Sample, int, AugmentParams> draw, Action<int, int> progress,
        CancellationToken cancel)
    {
        model.eval();
        using var noGradients = inference_mode();
        var (samples, rows, total) = (new List<Sample>(), 0L, views * loader.Count);
        for (var view = 0; view < views; view++)
        {
            var (now, done) = (view, view * loader.Count);
            foreach (var batch in loader.Ordered(sample => draw(sample, now)))
            {
                using var _ = batch;
                cancel.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                store.Write(rows, learner.Forward(_pass, batch).to(CPU));
                rows += batch.Count;
                if (view == 0)
                    samples.AddRange(batch.Samples);
                progress(Math.Min(total, done += batch.Count * learner.Group.Size), total);
            }
        }
        return samples;
    }

    /// <summary>All processes throw, or none.</summary>
    private void Check(FeatureSet own)
    {
        var counts = learner.Group.Sum([own.Samples.Count, own.Values.IsFinite() ? 0 : 1]);
        if (counts[0] == 0)
            throw new UserException("none of the training photos can be decoded", null, "Check the files.")
            {
                Next = NextStep.VerifyData,
            };
        if (counts[1] > 0)
            throw new UserException("some of the body's features are not finite", null,
                "Use other weights: these come from a training run that failed.");
    }

    /// <summary>On the first process, all photos in the loader's order, view by view, as if one process had passed them.</summary>
    private FeatureSet Gather(FeatureSet own)
    {
        var (group, views) = (learner.Group, own.Views);
        var photos = loader.Samples.ToDictionary(sample => sample.Photo);
        var indexes = group.Gather([.. own.Samples.Select(sample => sample.Photo)]);
        Sample[] samples = [.. indexes.SelectMany(index => index.Select(photo => photos[photo]))];
        var rows = group.Rank == 0 ? (long)views * samples.Length : 0;
        var store = FeatureStore.Create(inFile, rows, _width);
        for (var view = 0; view < views; view++)
        {
            for (var start = 0; start < indexes.Max(index => index.Length); start += Together)
            {
                var parts = group.Gather(Values(own, view, start));
                for (long rank = 0, row = view * (long)samples.Length; group.Rank == 0 && rank < parts.Length; row += indexes[rank++].Length)
                {
                    using var part = tensor(parts[rank], [parts[rank].Length / _width, _width]);
                    store.Write(row + start, part);
                }
            }
        }
        return new FeatureSet(store.First(rows), samples, views, store);
    }

    /// <summary>Some of this process's features in a view, which may be none.</summary>
    private static float[] Values(FeatureSet own, int view, int start)
    {
        using var scope = NewDisposeScope();
        var count = Math.Clamp(own.Samples.Count - start, 0, Together);
        var first = view * (long)own.Samples.Count + start;
        return [.. own.Values.Take([.. Enumerable.Range(0, count).Select(i => first + i)]).Blocks()
            .SelectMany(block => block.data<float>().ToArray())];
    }

    /// <summary>The network without its head. float32 [N, 3, size, size] → [N, features].</summary>
    private sealed class Features(ImageClassifier model) : nn.Module<Tensor, Tensor>(nameof(Features))
    {
        public override Tensor forward(Tensor input) => model.Features(input);
    }
}
