using PetBreeds.Batches;
using PetBreeds.Catalog.Splits;
using PetBreeds.Distributed;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Steps;
using static TorchSharp.torch;

namespace PetBreeds.Training.Heads;

/// <summary>The progress of solving a head.</summary>
/// <param name="Done">Photos passed through the body so far.</param>
/// <param name="Total">Photos to pass through the body, counting all views.</param>
/// <param name="What">The current activity, to display.</param>
internal sealed record HeadProgress(int Done, int Total, string What);

/// <summary>
/// The start of a training: passes the training photos through the frozen body, solves a linear head on their features, and puts it into
/// the network. It is computed once, and depends only on the photos, the weights and the seed.
/// </summary>
/// <param name="model">A model with a linear head.</param>
/// <param name="learner">The learner that wraps the model.</param>
/// <param name="photos">The training photos.</param>
/// <param name="config">A configuration that the recipe has decided.</param>
/// <param name="options">The loss and the augmentation.</param>
internal sealed class HeadStart(ImageClassifier model, Learner learner, BatchLoader photos, TrainOptions config, LoopOptions options)
{
    private const int Parts = 5, PartsOfMany = 3, ManyPhotos = 2000; // cross-validation folds
    private const int FewestPhotos = 4; // needed to hold any out
    private const int Copies = 3;

    private readonly int _views = RecipePlan.Of(config).Views;

    /// <summary>The solution; null until it is known.</summary>
    internal SolvedHead? Solved { get; set; }

    /// <summary>Bytes of memory available to the process.</summary>
    internal long Memory { private get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Size of the features in bytes.</summary>
    public long Bytes => (long)_views * photos.Count * model.Body.Plan.Features * sizeof(float);

    /// <summary>
    /// Whether the features are kept in a file: in memory, where they are held up to three times while the head is solved, they would take
    /// more than half of it.
    /// </summary>
    public bool InFile => Copies * Bytes > Memory / 2;

    /// <summary>The folder of that file.</summary>
    public static string Folder => FeatureFile.Folder;

    /// <summary>Solves the head unless that has been done already; the network's head is not touched.</summary>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="cancel">Checked between batches and iterations.</param>
    /// <exception cref="UserException">
    /// The targets do not fit in memory, no photo can be decoded, some features are not finite, or the disk has no space for them.
    /// </exception>
    public SolvedHead Solve(Action<HeadProgress> progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(progress);
        RequireMemory();
        return Solved ??= Compute(progress, cancel);
    }

    /// <summary>Copies a solved head into the network.</summary>
    public void Put(SolvedHead solved)
    {
        ArgumentNullException.ThrowIfNull(solved);
        using var scope = NewDisposeScope();
        model.SetHead(tensor(solved.Weight, [model.Classes, model.Body.Plan.Features]), tensor(solved.Bias));
    }

    /// <summary>Checks that the targets fit in memory, which are kept there, and as many logits and losses.</summary>
    private void RequireMemory()
    {
        var bytes = (long)_views * photos.Count * model.Classes * sizeof(float);
        if (Copies * bytes > Memory)
            throw new UserException($"the targets of {photos.Count} photos in {_views} views take {Copies} × {bytes:N0} bytes while the head "
                + $"is solved, and there are {Memory:N0}", "`views`",
                "Use fewer views (`views 1`), or `views 0` and `freeze-epochs 1`, which train a random head.");
    }

    private SolvedHead Compute(Action<HeadProgress> progress, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var pass = new FeaturePass(model, learner, photos, InFile);
        var total = _views * photos.Count;
        using var features = pass.Run(_views, (sample, view) => HeadViews.Draw(view, options.Augment, config.Seed, sample.Key),
            (done, of) => progress(new HeadProgress(done, of, $"features {done}/{of}")), cancel);
        return learner.Group.FromFirst(() => // one solution for all
            new HeadSolver(features, Task(features.Samples), what => progress(new HeadProgress(total, total, what)), cancel).Solve());
    }

    private HeadTask Task(IReadOnlyList<Sample> samples)
    {
        var classes = model.Classes;
        var several = samples[0].Targets is not null;
        int[] labels = [.. samples.Select(sample => several ? 0 : sample.Label)]; // photos with several labels are split at random
        var targets = several
            ? tensor([.. samples.SelectMany(sample => sample.Targets!)], [samples.Count, classes])
            : Criterion.Dense(tensor([.. labels.Select(label => (long)label)]), classes);
        var balanced = config.Sampling == SamplingMode.Balanced; // classes drawn equally often count equally
        var weights = options.ClassWeights
            ?? (balanced ? ClassBalance.Weights(labels, classes) : null);
        float[] each = [.. labels.Select(label => weights?[label] ?? 1)];
        var count = samples.Count < FewestPhotos ? 1 : Math.Min(samples.Count < ManyPhotos ? Parts : PartsOfMany, samples.Count / 2);
        var parts = Folds.Stratify(labels, count, label => new SeededRandom(0x5075, (ulong)config.Seed, (ulong)label));
        return new HeadTask(targets, tensor(each), config.Loss == LossKind.BinaryCrossEntropy, parts);
    }
}
