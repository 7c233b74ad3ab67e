using PetBreeds.Models;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Steps;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Training.Losses;

/// <summary>libtorch's own losses are the oracle, but for what timm's <c>BinaryCrossEntropy</c> adds (its target is written out).</summary>
public sealed class CriterionTests : IDisposable
{
    private static readonly float[] Weights = [.5f, 2, 1, 3, .25f];

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _logits;
    private readonly Tensor _labels = tensor([0L, 1, 2, 3, 4, 0, 3]);
    private readonly Tensor _hot;

    public CriterionTests()
    {
        using var random = new Generator(1);
        _logits = randn(7, 5, generator: random) * 3;
        _hot = nn.functional.one_hot(_labels, 5).to(ScalarType.Float32);
    }

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(.1)]
    public void Softmax_is_torchs_with_and_without_weights(double smoothing)
    {
        Same(nn.functional.cross_entropy(_logits, _labels, label_smoothing: smoothing), new Criterion(LossKind.CrossEntropy, smoothing));
        Same(nn.functional.cross_entropy(_logits, _labels, tensor(Weights), label_smoothing: smoothing),
            new Criterion(LossKind.CrossEntropy, smoothing, Weights));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(.1)]
    public void Sigmoids_are_torchs(double smoothing)
    {
        // timm/loss/binary_cross_entropy.py: off = smoothing / classes, on = 1 − smoothing + off
        var target = full_like(_hot, smoothing / 5).add(_hot, 1 - smoothing);
        Same(nn.functional.binary_cross_entropy_with_logits(_logits, target), new Criterion(LossKind.BinaryCrossEntropy, smoothing));
        var photos = tensor(Weights).index_select(0, _labels).unsqueeze(1);
        Same(nn.functional.binary_cross_entropy_with_logits(_logits, target, photos.expand(7, 5), nn.Reduction.Sum) / (5 * photos.sum()),
            new Criterion(LossKind.BinaryCrossEntropy, smoothing, Weights));
    }

    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.BinaryCrossEntropy)]
    public void Classes_and_their_rows_are_the_same_targets(LossKind loss)
    {
        using var criterion = new Criterion(loss, .2, Weights);
        Same(criterion.Share(_logits, _hot), new Criterion(loss, .2, Weights));
    }

    [Theory]
    [InlineData(LossKind.CrossEntropy, false)]
    [InlineData(LossKind.CrossEntropy, true)]
    [InlineData(LossKind.BinaryCrossEntropy, false)]
    [InlineData(LossKind.BinaryCrossEntropy, true)]
    public void Shares_add_up_to_the_loss_of_the_batch(LossKind loss, bool weighted)
    {
        using var criterion = new Criterion(loss, .1, weighted ? Weights : null);
        Same(criterion.Share(_logits.narrow(0, 0, 3), _labels) + criterion.Share(_logits.narrow(0, 3, 4), _labels, 3),
            new Criterion(loss, .1, weighted ? Weights : null));
    }

    [Fact]
    public void Sigmoids_stay_finite_where_a_logarithm_of_theirs_would_not()
    {
        using var criterion = new Criterion(LossKind.BinaryCrossEntropy, 0);
        Assert.Equal(500f, criterion.Share(tensor([1000f, 0f], [1, 2]), tensor([0f, .5f], [1, 2])).item<float>(), 1f);
    }

    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.BinaryCrossEntropy)]
    public void Both_learn(LossKind loss)
    {
        using var steps = new TinySteps(options: new LoopOptions { Loss = loss });
        var losses = Enumerable.Range(0, 100).Select(_ => steps.Next().Loss).ToArray();
        Assert.True(losses[^1] < .5 * losses[0], $"{losses[0]} to {losses[^1]}");
    }

    /// <summary>A constant answer of 1/C would have the loss of that share: ln C / C + (1 − 1/C) · ln(C / (C − 1)).</summary>
    [Fact]
    public void A_new_head_starts_at_the_prior()
    {
        using var model = new ImageClassifier(Architecture.Named("resnet18"), 13);
        model.StartAt(1.0 / 13);
        model.train();
        using var random = new Generator(4);
        using var criterion = new Criterion(LossKind.BinaryCrossEntropy, 0);
        var logits = model.forward(randn([16, 3, 32, 32], generator: random));
        Assert.Equal(-Math.Log(12), logits.mean().item<float>(), .15);
        var loss = criterion.Share(logits, arange(16, ScalarType.Int64).remainder(13)).item<float>();
        Assert.Equal(Math.Log(13) / 13 + 12.0 / 13 * Math.Log(13.0 / 12), loss, .03);
    }

    private void Same(Tensor expected, Criterion criterion)
    {
        using (criterion)
            Assert.Equal(expected.item<float>(), criterion.Share(_logits, _labels).item<float>(), 2e-6);
    }
}
