using PetBreeds.Batches;
using PetBreeds.Pixels;
using PetBreeds.Runtime;
using PetBreeds.Tests.Catalog;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Regularization;
using PetBreeds.Training.Steps;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Training.Regularization;

public sealed class BatchMixTests : IDisposable
{
    private const int Photos = 16, Size = 8;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly BatchTransform _transform = new(Size, Normalization.ImageNet);
    private readonly Batch _batch = TinySteps.Batch(Photos, 1);

    public void Dispose()
    {
        _transform.Dispose();
        _batch.Dispose();
        _scope.Dispose();
    }

    /// <summary>Mean ½ and variance 1 / (4(2α + 1)).</summary>
    [Theory]
    [InlineData(.1)]
    [InlineData(.4)]
    [InlineData(1)]
    [InlineData(4)]
    public void Beta_has_its_moments(double alpha)
    {
        var random = new SeededRandom(5);
        double[] draws = [.. Enumerable.Range(0, 40_000).Select(_ => BetaDraw.Symmetric(ref random, alpha))];
        Assert.All(draws, draw => Assert.InRange(draw, 0, 1));
        Assert.Equal(.5, draws.Average(), .01);
        Assert.Equal(1 / (4 * (2 * alpha + 1)), draws.Average(draw => (draw - .5) * (draw - .5)), .004);
    }

    /// <summary>fastai's MixUp: lam = max(lam, 1 − lam) each; lerp of photos, and of the losses of both labels.</summary>
    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.BinaryCrossEntropy)]
    public void Mixup_is_the_mean_of_two_photos_and_of_their_losses(LossKind loss)
    {
        var mix = BatchMix.Draw(new MixOptions(Mixup: .4), Photos, Size, 7)!;
        var input = _transform.Input(_batch, CPU);
        var mixed = mix.Inputs(_batch, 0, input, _transform);
        using var random = new Generator(2);
        var logits = randn(Photos, 2, generator: random);
        var expected = 0f;
        using var criterion = new Criterion(loss, 0);
        for (var i = 0; i < Photos; i++)
        {
            var (lam, partner) = (mix.Kept[i], mix.Partners[i]);
            Assert.InRange(lam, .5f, 1);
            Assert.True(allclose(mixed[i], input[i] * lam + input[partner] * (1 - lam), 1e-5, 1e-5));
            var z = logits.narrow(0, i, 1);
            expected += lam * criterion.Share(z, _batch.Labels.narrow(0, i, 1)).item<float>()
                + (1 - lam) * criterion.Share(z, _batch.Labels.narrow(0, partner, 1)).item<float>();
        }
        Assert.Equal(expected / Photos, criterion.Share(logits, mix.Targets(_batch.Labels, 2)).item<float>(), 1e-5);
        Assert.Equal(Enumerable.Range(0, Photos).Select(i => (long)i), mix.Partners.Order());
        Assert.True(mix.Kept.Distinct().Count() > Photos / 2);
    }

    [Fact]
    public void CutMix_takes_a_box_from_the_partner_and_its_true_share_of_the_target()
    {
        var boxes = 0;
        for (var seed = 0UL; seed < 20; seed++)
        {
            var mix = BatchMix.Draw(new MixOptions(CutMix: 1), Photos, Size, seed)!;
            var input = rand(Photos, 3, Size, Size);
            var mixed = mix.Inputs(_batch, 0, input, _transform);
            for (var i = 0; i < Photos; i++)
            {
                var partner = input[mix.Partners[i]];
                if (mix.Partners[i] == i)
                    continue;
                var theirs = mixed[i].eq(partner).all(0); // bool [size, size]
                Assert.True(theirs.logical_or(mixed[i].eq(input[i]).all(0)).all().item<bool>());
                Assert.Equal(1 - theirs.to(ScalarType.Float32).mean().item<float>(), mix.Kept[i], 1e-6);
                var (rows, columns) = (theirs.any(1).sum().item<long>(), theirs.any(0).sum().item<long>());
                Assert.Equal(rows * columns, theirs.sum().item<long>()); // a box
                boxes += rows * columns > 0 ? 1 : 0;
            }
            var dense = mix.Targets(_batch.Labels, 2);
            Assert.True(allclose(dense.sum([1]), ones(Photos)));
        }
        Assert.InRange(boxes, 200, 320);
    }

    [Fact]
    public void Draws_hang_on_the_seed_alone()
    {
        var options = new MixOptions(.4, 1);
        var kept = Enumerable.Range(0, 40).Select(seed => BatchMix.Draw(options, Photos, Size, (ulong)seed)!).ToArray();
        Assert.Equal(kept[3].Kept, BatchMix.Draw(options, Photos, Size, 3)!.Kept);
        Assert.Equal(40, kept.Select(mix => string.Join(' ', mix.Partners)).Distinct().Count());
        var mixups = kept.Count(mix => mix.Kept.All(share => share >= .5f)); // with both, a coin decides
        Assert.InRange(mixups, 10, 30);
        Assert.Null(BatchMix.Draw(new MixOptions(), Photos, Size, 3));
        Assert.Null(BatchMix.Draw(options, 1, Size, 3));
    }

    [Theory]
    [InlineData(.4, 0)]
    [InlineData(0, 1)]
    public void Parts_are_mixed_as_the_whole_batch_is(double mixup, double cutmix)
    {
        var options = new LoopOptions { Mixing = new MixOptions(mixup, cutmix) };
        using var whole = new TinySteps(batchNorm: false, options: options);
        using var parts = new TinySteps(batchNorm: false, microBatchSize: 5, options: options);
        using var plain = new TinySteps(batchNorm: false);
        for (var step = 0; step < 4; step++)
        {
            var loss = whole.Next().Loss;
            Assert.Equal(loss, parts.Next().Loss, 1e-5);
            Assert.NotEqual(loss, plain.Next().Loss, 1e-4);
        }
    }
}
