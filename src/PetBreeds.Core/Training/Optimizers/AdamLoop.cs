using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Optimizers;

/// <summary>
/// Adam's update, parameter by parameter, for devices whose fused kernel does not exist or is untested (Metal). It reads two numbers per
/// group from the device.
/// </summary>
internal static class AdamLoop
{
    /// <summary>Multiplies gradients in place; <paramref name="skip"/> becomes 1 if one is not finite.</summary>
    public static void Unscale(IReadOnlyList<Tensor> gradients, Tensor skip, Tensor inverseScale)
    {
        using var scope = NewDisposeScope();
        foreach (var gradient in gradients)
        {
            gradient.mul_(inverseScale);
            skip.copy_(skip.maximum(gradient.isfinite().all().logical_not().to(ScalarType.Float32)));
        }
    }

    /// <summary>The formula of <see cref="AdamTensors.Fused"/>.</summary>
    public static void Update(AdamTensors tensors, double rate, double momentum, double weightDecay, Tensor? skip)
    {
        using var scope = NewDisposeScope();
        if (skip is not null && HostRead.Values(skip)[0] != 0)
            return;
        var steps = HostRead.Values(stack(tensors.Steps));
        for (var i = 0; i < steps.Length; i++)
        {
            using var inner = NewDisposeScope();
            var (parameter, gradient) = (tensors.Parameters[i], tensors.Gradients[i]);
            parameter.MulInPlace(1 - rate * weightDecay);
            tensors.Averages[i].MulInPlace(momentum).AddInPlace(gradient, 1 - momentum);
            tensors.Squares[i].MulInPlace(AdamTensors.SquaredBeta).AddcmulInPlace(gradient, gradient, 1 - AdamTensors.SquaredBeta);
            var root = tensors.Squares[i].Div(1 - Math.Pow(AdamTensors.SquaredBeta, steps[i])).sqrt_().AddInPlace(AdamTensors.Epsilon);
            parameter.AddcdivInPlace(tensors.Averages[i], root, -rate / (1 - Math.Pow(momentum, steps[i])));
        }
    }
}
