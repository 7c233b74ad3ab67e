using PetBreeds.Batches;
using PetBreeds.Catalog;
using PetBreeds.Tests.Catalog;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Losses;
using Xunit;

namespace PetBreeds.Tests.Training.Losses;

public sealed class ClassBalanceTests(TinyData data) : IClassFixture<TinyData>
{
    /// <summary>sklearn.utils.class_weight.compute_class_weight("balanced", classes=[0, 1, 2], y=[0] * 5 + [1] * 3 + [2])</summary>
    [Fact]
    public void Weights_equal_scikit_learns() => Assert.Equal([.6f, 1, 3], ClassBalance.Weights([0, 0, 0, 0, 0, 1, 1, 1, 2], 3));

    /// <summary>
    /// A fold of a cross-validation may hold out a class's only photo; an infinite weight would make every loss not a number.
    /// </summary>
    [Fact]
    public void A_class_without_photos_weighs_nothing() => Assert.Equal([.5f, 1, 0], ClassBalance.Weights([0, 0, 1], 3));

    [Fact]
    public void Every_class_is_drawn_equally_often_and_no_photo_is_neglected()
    {
        Sample[] samples = [.. Enumerable.Range(0, 50).Select(i => new Sample(i, i < 40 ? 0 : i < 47 ? 1 : 2, (ulong)i))]; // 40, 7 and 3
        var order = BalancedOrder.Draw(samples, 1, 0);
        Assert.Equal(50, order.Length);
        Assert.All(order.CountBy(sample => sample.Label), count => Assert.InRange(count.Value, 16, 17));
        Assert.All(order.CountBy(sample => sample.Photo), count =>
            Assert.InRange(count.Value, 1, count.Key < 40 ? 1 : count.Key < 47 ? 3 : 6));
        Assert.Equal(10, order.Where(sample => sample.Label > 0).Select(sample => sample.Photo).Distinct().Count());
        Assert.Equal(50, order.Select(sample => sample.Key).Distinct().Count()); // a photo that comes again is augmented another way
        Assert.Equal(order, BalancedOrder.Draw(samples, 1, 0));
        Assert.NotEqual(order, BalancedOrder.Draw(samples, 1, 1));
        Assert.NotEqual(order, BalancedOrder.Draw(samples, 2, 0));
    }

    [Theory]
    [InlineData(ClassWeighting.Balanced, SamplingMode.Shuffle)]
    [InlineData(ClassWeighting.None, SamplingMode.Balanced)]
    public void Classes_that_share_photos_are_not_balanced(ClassWeighting weights, SamplingMode sampling)
    {
        var config = data.Config with { LabelDelim = ";", Loss = LossKind.BinaryCrossEntropy, ClassWeights = weights, Sampling = sampling };
        var error = Assert.Throws<UserException>(() => TrainingSession.Missing(config)); // before anything is downloaded
        Assert.Equal("`class-weights` and `sampling` need exactly one class per photo", error.Problem);
        Assert.Contains("`label-delim`", error.Remedy);
    }

    [Fact]
    public void A_run_draws_and_weighs_as_asked()
    {
        for (var i = 5; i < 20; i++)
            File.Delete(data.At(Path.Combine("photos", "bluish", $"{i}.png"))); // 4 or so of 20
        using var session = TinyData.Open(
            data.Config with { FreezeEpochs = 0, Sampling = SamplingMode.Balanced, ClassWeights = ClassWeighting.Balanced });
        var labels = session.Training.Train(0, session.Options.Augment).SelectMany(batch => batch.Samples)
            .Select(sample => sample.Label).ToArray();
        Assert.InRange(labels.Count(label => label == 0) - labels.Length / 2.0, -1, 1);
        var counts = session.Catalog.Of(Split.Train).CountBy(photo => photo.Label).ToDictionary();
        Assert.Equal([20f / (2 * counts[0]), 20f / (2 * counts[1])], session.Options.ClassWeights);
        Assert.True(double.IsFinite(TinyData.Fit(session).Epochs[^1].TrainLoss));
    }
}
