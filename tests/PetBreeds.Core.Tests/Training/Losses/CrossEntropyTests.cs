using PetBreeds.Training.Losses;
using TorchSharp;
using Xunit;

namespace PetBreeds.Tests.Training.Losses;

public class CrossEntropyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(.1)]
    public void Equals_torch(double smoothing)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(1);
        var logits = torch.randn(6, 5) * 3;
        var labels = torch.tensor([0L, 1, 2, 3, 4, 0]);
        var expected = torch.nn.functional.cross_entropy(logits, labels, label_smoothing: smoothing).item<float>();
        Assert.Equal(expected, CrossEntropy.Mean(logits, labels, smoothing).item<float>(), 1e-6);
    }

    [Fact]
    public void Stays_finite_where_softmax_then_logarithm_would_not()
    {
        using var scope = torch.NewDisposeScope();
        var loss = CrossEntropy.Mean(torch.tensor([1000f, 0f], [1, 2]), torch.tensor([1L]));
        Assert.Equal(1000f, loss.item<float>());
    }
}
