using System.Diagnostics;
using PetBreeds.Batches;
using PetBreeds.Catalog.Splits;
using PetBreeds.Runtime;
using PetBreeds.Training.Heads;
using static TorchSharp.torch;

namespace PetBreeds.Benchmarks;

/// <summary>
/// How long a head takes to be solved, the choice of its penalty included: on clouds of features around a place for each class.
/// </summary>
internal static class SolveHead
{
    private const int Parts = 3;

    public static int Run(int photos, int features, int classes)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        manual_seed(1);
        int[] labels = [.. Enumerable.Range(0, photos).Select(i => i % classes)];
        var index = tensor([.. labels.Select(label => (long)label)]);
        // far enough apart for some to be wrong
        var first = randn(photos, features).add(randn(classes, features).mul(.08f).index_select(0, index));
        var views = cat([first, first.add(randn(photos, features).mul(.3f))]);
        Sample[] samples = [.. labels.Select((label, i) => new Sample(i, label, (ulong)i))];
        var targets = nn.functional.one_hot(index, classes).to(ScalarType.Float32);
        var task = new HeadTask(targets, ones(photos), Independent: false,
            Folds.Stratify(labels, Parts, label => new SeededRandom((ulong)label)));
        var clock = Stopwatch.StartNew();
        var head = new HeadSolver(new FeatureSet(new TensorFeatures(views), samples, 2), task, _ => { }, CancellationToken.None).Solve();
        Console.WriteLine($"{photos} photos in 2 views × {features} features × {classes} classes: {clock.Elapsed.TotalSeconds:0.0} s "
            + $"(penalty {head.Strength:0.####}, loss {head.OutOfFoldLoss:0.000} and error {head.OutOfFoldError:0.000} on photos held out, "
            + $"{(head.Converged ? "converged" : "not converged")})");
        return 0;
    }
}
