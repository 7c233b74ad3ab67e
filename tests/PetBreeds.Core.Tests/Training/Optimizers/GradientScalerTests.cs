using PetBreeds.Training.Losses;
using PetBreeds.Training.Optimizers;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Training.Optimizers;

public sealed class GradientScalerTests
{
    [Fact]
    public void Halves_at_once_and_doubles_after_an_interval()
    {
        using var scope = NewDisposeScope();
        using var scaler = new GradientScaler(CPU, 1024, interval: 3);
        float[] skipped = [0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1];
        float[] expected = [1024, 1024, 512, 512, 512, 1024, 1024, 1024, 2048, 1024, 512];
        Assert.Equal(expected, skipped.Select(skip =>
        {
            scaler.Update(tensor(skip));
            return scaler.Scale.item<float>();
        }));
    }

    [Fact]
    public void Starts_as_PyTorch_does()
    {
        using var scaler = new GradientScaler(CPU);
        Assert.Equal(65536f, scaler.Scale.item<float>());
    }

    [Fact]
    public void State_comes_back()
    {
        using var scope = NewDisposeScope();
        using var first = new GradientScaler(CPU, 1024, interval: 3);
        using var second = new GradientScaler(CPU, 8, interval: 3);
        first.Update(tensor(0f));
        first.Update(tensor(0f));
        second.Restore(first.State());
        second.Update(tensor(0f));
        Assert.Equal(2048f, second.Scale.item<float>());
        second.Restore(new Dictionary<string, Tensor>()); // of a device that needs no scaler
        Assert.Equal(2048f, second.Scale.item<float>());
        var half = new Dictionary<string, Tensor> { ["growth_tracker"] = tensor(0) };
        Assert.Contains("'scale' is missing", Assert.Throws<UserException>(() => second.Restore(half)).Message);
    }

    [Fact]
    public void Smoothed_loss_comes_back_too()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (new SmoothedLoss(), new SmoothedLoss());
        foreach (var loss in new[] { 1.25, .7, .9 })
            first.Add(loss);
        second.Restore(first.State());
        Assert.Equal(first.Value, second.Value);
        Assert.Equal(first.Add(.3), second.Add(.3));
    }
}
