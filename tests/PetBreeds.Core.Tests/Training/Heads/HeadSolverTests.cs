using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Catalog.Splits;
using PetBreeds.Runtime;
using PetBreeds.Tests.Catalog;
using PetBreeds.Training.Heads;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Training.Heads;

public class HeadSolverTests
{
    private const int Features = 6;

    /// <summary>What is held out in turn is from the same place as what is not: the two losses must agree.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Held_out_photos_foretell_the_loss_on_new_ones(bool independent)
    {
        using var scope = NewDisposeScope();
        var (x, labels) = Clouds(photos: 240, classes: 3, seed: 1, spread: 2);
        var head = Solve(x, labels, 3, independent);
        var (fresh, answers) = Clouds(photos: 3000, classes: 3, seed: 2, spread: 2);
        var held = HeldOut(head, fresh, answers, independent);
        Assert.InRange(head.OutOfFoldLoss / held.Loss(1), .85, 1.15);
        Assert.InRange(held.Temperature(), .8, 1.25); // calibrated: no other temperature is much better
        Assert.True(held.Loss(1) < .8 * (independent ? .6365 : Math.Log(3)), $"{held.Loss(1)}"); // what is lost without looking
    }

    [Fact]
    public void Features_of_any_scale_and_constant_ones_give_the_same_answers()
    {
        using var scope = NewDisposeScope();
        var (x, labels) = Clouds(photos: 60, classes: 3, seed: 3, spread: 1);
        var plain = Solve(x, labels, 3);
        var other = Solve(cat([x.mul(tensor(1e4f)).add(tensor(-3e5f)), full([60, 1], 7, ScalarType.Float32)], 1), labels, 3);
        Assert.Equal(plain.Strength, other.Strength);
        Assert.Equal(plain.OutOfFoldLoss, other.OutOfFoldLoss, 1e-3);
        Assert.All(Enumerable.Range(0, 3), c => Assert.Equal(0, other.Weight[c * (Features + 1) + Features]));
    }

    [Fact]
    public void More_views_are_more_rows_and_not_more_photos()
    {
        using var scope = NewDisposeScope();
        var (x, labels) = Clouds(photos: 60, classes: 3, seed: 4, spread: 1);
        var (once, twice) = (Solve(x, labels, 3), Solve(cat([x, x]), labels, 3, views: 2));
        Assert.Equal(once.Strength, twice.Strength);
        Assert.Equal(once.OutOfFoldLoss, twice.OutOfFoldLoss, 1e-3); // were copies on both sides of the parts, it would fall
        Assert.Equal((60, 2), (twice.Photos, twice.Views));
        Assert.All(once.Weight.Zip(twice.Weight), pair => Assert.Equal(pair.First, pair.Second, 1e-2));
    }

    [Theory]
    [InlineData(1)] // nothing can be held out: its class would be unknown
    [InlineData(2)]
    public void Few_photos_a_class_are_enough(int each)
    {
        using var scope = NewDisposeScope();
        int[] labels = [.. Enumerable.Range(0, 4 * each).Select(i => i % 4)];
        var x = tensor([.. labels.SelectMany(label => Enumerable.Range(0, Features).Select(f => f == label ? 1f : 0))],
            [labels.Length, Features]);
        var head = Solve(x, labels, 4);
        Assert.Equal(labels, Logits(head, x).argmax(1).data<long>().ToArray().Select(label => (int)label));
        Assert.Equal(each == 1, double.IsNaN(head.OutOfFoldLoss));
    }

    /// <summary>All of n are right: no surer than one wrong in n + 1.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    public void Photos_that_are_all_right_do_not_make_it_too_sure(int photos)
    {
        using var scope = NewDisposeScope();
        int[] labels = [.. Enumerable.Range(0, photos).Select(i => i % 2)];
        var logits = OneHot(labels, 2);
        var held = new HeldOut(logits, OneHot(labels, 2), ones(photos), independent: false);
        var sure = Math.Exp(-held.Loss(held.Temperature()));
        Assert.Equal(1 - .5 / (photos + 1), sure, 1e-3);
    }

    [Fact]
    public void Weights_of_photos_count()
    {
        using var scope = NewDisposeScope();
        var (x, labels) = Clouds(photos: 90, classes: 2, seed: 5, spread: 3);
        float[] weights = [.. labels.Select(label => label == 0 ? 20f : 1)];
        int Zeros(SolvedHead head) => Logits(head, x).argmax(1).data<long>().ToArray().Count(label => label == 0);
        Assert.True(Zeros(Solve(x, labels, 2, weights: weights)) > Zeros(Solve(x, labels, 2)) + 5);
    }

    [Fact]
    public void A_cancelled_solution_ends()
    {
        using var scope = NewDisposeScope();
        var (x, labels) = Clouds(photos: 30, classes: 2, seed: 6, spread: 1);
        Assert.Throws<OperationCanceledException>(() => Solve(x, labels, 2, cancelled: true));
    }

    [Fact]
    public void Parts_have_their_share_of_each_class()
    {
        int[] labels = [.. Enumerable.Range(0, 60).Select(i => i % 3)];
        var parts = Parts(labels, 5, seed: 9);
        Assert.All(labels.Zip(parts).CountBy(pair => pair), count => Assert.Equal(4, count.Value));
        Assert.Equal(parts, Parts(labels, 5, seed: 9));
        Assert.NotEqual(parts, Parts(labels, 5, seed: 10));
    }

    [Fact]
    public void Views_are_the_centre_its_mirror_image_and_then_augmented()
    {
        var options = new AugmentOptions();
        Assert.Equal(AugmentParams.Identity, HeadViews.Draw(0, options, 3, 77));
        Assert.Equal(AugmentParams.Identity with { Flip = true }, HeadViews.Draw(1, options, 3, 77));
        var third = HeadViews.Draw(2, options, 3, 77);
        Assert.Equal(third, HeadViews.Draw(2, options, 3, 77));
        Assert.Equal(4, new[] { third, HeadViews.Draw(3, options, 3, 77), HeadViews.Draw(2, options, 4, 77),
            HeadViews.Draw(2, options, 3, 78) }.Distinct().Count());
    }

    private static SolvedHead Solve(Tensor x, int[] labels, int classes, bool independent = false, int views = 1, float[]? weights = null,
        bool cancelled = false)
    {
        var task = new HeadTask(OneHot(labels, classes), weights is null ? ones(labels.Length) : tensor(weights), independent,
            Parts(labels, Math.Min(5, labels.Length / 2), seed: 1));
        Sample[] samples = [.. labels.Select((label, i) => new Sample(i, label, (ulong)i))];
        return new HeadSolver(new FeatureSet(new TensorFeatures(x), samples, views), task, _ => { }, new CancellationToken(cancelled)).Solve();
    }

    private static int[] Parts(int[] labels, int parts, ulong seed) =>
        Folds.Stratify(labels, parts, label => new SeededRandom(seed, (ulong)label));

    private static HeldOut HeldOut(SolvedHead head, Tensor x, int[] labels, bool independent) =>
        new(Logits(head, x), OneHot(labels, head.Bias.Length), ones(labels.Length), independent);

    private static Tensor Logits(SolvedHead head, Tensor x) =>
        x.matmul(tensor(head.Weight, [head.Bias.Length, x.shape[1]]).t()).add(tensor(head.Bias));

    private static Tensor OneHot(int[] labels, int classes) =>
        nn.functional.one_hot(tensor([.. labels.Select(label => (long)label)]), classes).to(ScalarType.Float32);

    /// <summary>Photos around a place for each class, the same places whatever the seed.</summary>
    private static (Tensor X, int[] Labels) Clouds(int photos, int classes, long seed, double spread)
    {
        using var generator = new Generator((ulong)seed);
        int[] labels = [.. Enumerable.Range(0, photos).Select(i => i % classes)];
        float[] centres = [.. labels.SelectMany(label => Enumerable.Range(0, Features).Select(f => f % classes == label ? 2f : 0))];
        return (tensor(centres, [photos, Features]).add(
            randn([photos, Features], generator: generator).mul(tensor((float)spread))), labels);
    }
}
