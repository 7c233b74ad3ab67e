using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>Runs a few operations with known results, to distinguish a libtorch that merely loads from one that works.</summary>
internal static class TorchSelfTest
{
    /// <summary>Runs the test, which takes milliseconds.</summary>
    /// <param name="place">The folder of libtorch, for the error.</param>
    /// <exception cref="UserException">An operation failed or returned a wrong result.</exception>
    public static void Run(string place)
    {
        try
        {
            using var scope = NewDisposeScope();
            var x = TensorMath.Arange(16).reshape(1, 1, 4, 4);
            Expect("conv2d", nn.functional.conv2d(x, ones(1, 1, 3, 3)).sum(), 270); // the four 3×3 sums: 45 + 54 + 81 + 90
            Expect("linear", nn.functional.linear(x.reshape(2, 8), ones(3, 8)).sum(), 360);
            Expect("interpolate", nn.functional.interpolate(x, [2, 2], mode: InterpolationMode.Area).sum(), 30);
            var w = ones(16).requires_grad_();
            (w * x.flatten()).square().sum().backward();
            Expect("backward", w.grad!.sum(), 2480); // 2·Σ x²
        }
        catch (Exception e) when (e is not UserException)
        {
            throw Failed($"fails its self-test: {e.Message}", place, e);
        }

        void Expect(string operation, Tensor actual, double expected)
        {
            var value = actual.item<float>();
            if (Math.Abs(value - expected) > 1e-3)
                throw Failed($"computes {operation} wrongly ({value}, not {expected})", place, null);
        }
    }

    private static UserException Failed(string what, string place, Exception? cause) =>
        new($"this libtorch loads but {what}", place, $"Use libtorch {TorchRuntime.RequiredVersion}, or unset PETBREEDS_LIBTORCH.", cause);
}
