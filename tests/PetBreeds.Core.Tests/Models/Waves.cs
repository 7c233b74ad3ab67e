using System.Text.Json;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Models.Golden;

/// <summary>Weights and pictures by the formula that resnets.json and bodies.json state.</summary>
internal static class Waves
{
    /// <summary>Sets all tensors of a network, in the order of PyTorch's <c>state_dict</c>.</summary>
    public static void Fill(IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        var i = 0;
        foreach (var (name, tensor) in tensors)
        {
            using var scope = NewDisposeScope();
            var wave = Of(0.37, 1.3 * i++, tensor.shape);
            tensor.copy_(name.EndsWith("num_batches_tracked") ? zeros_like(tensor)
                : name.EndsWith("running_var") ? 1 + 0.1 * wave
                : name.EndsWith("running_mean") ? 0.05 * wave
                : tensor.dim() == 1 ? name.EndsWith("weight") ? 1 + 0.05 * wave : 0.02 * wave
                : wave * Math.Sqrt(2.0 / tensor[0].numel()));
        }
    }

    /// <summary>
    /// As <see cref="Fill"/>, but with numbers that have no pattern and are the same to the last bit everywhere: gradients behind
    /// batch norms would enlarge the least difference.
    /// </summary>
    public static void FillChirps(IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        foreach (var (i, (name, tensor)) in tensors.Index())
        {
            using var scope = NewDisposeScope();
            var chirp = Chirp(i, tensor.shape);
            tensor.copy_(name.EndsWith("num_batches_tracked") ? zeros_like(tensor)
                : name.EndsWith("running_var") ? ones_like(tensor)
                : tensor.dim() == 1 ? 0.1 * chirp + (name.EndsWith("weight") ? 1 : 0)
                : chirp * Math.Sqrt(2.0 / tensor[0].numel()));
        }
    }

    /// <summary>float64, about -1.73 to 1.73: ((31j² + (17i + 3)j) mod 65521) / 65521 less a half, times 3.46.</summary>
    public static Tensor Chirp(int i, params long[] shape)
    {
        var j = arange(shape.Aggregate(1L, (a, b) => a * b), ScalarType.Int64);
        return (((j * j * 31 + j * (17 * i + 3)) % 65521).to(ScalarType.Float64) / 65521.0 - 0.5).mul(3.46).reshape(shape);
    }

    public static Tensor Of(double step, double phase, params long[] shape) =>
        sin(arange(shape.Aggregate(1L, (a, b) => a * b), ScalarType.Float64) * step + phase).reshape(shape).to(ScalarType.Float32);

    public static void AssertClose(JsonElement rows, Tensor actual, double tolerance)
    {
        for (var row = 0; row < rows.GetArrayLength(); row++)
        {
            var expected = rows[row].EnumerateArray().Select(value => value.GetDouble()).ToArray();
            for (var column = 0; column < expected.Length; column++)
                Assert.Equal(expected[column], actual[row, column].item<float>(), tolerance);
        }
    }
}
