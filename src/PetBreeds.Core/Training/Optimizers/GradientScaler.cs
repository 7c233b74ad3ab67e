using PetBreeds.Runtime;
using PetBreeds.Training.State;
using static TorchSharp.torch;

namespace PetBreeds.Training.Optimizers;

/// <summary>
/// Keeps float16 gradients from vanishing: the loss is multiplied by a scale, which is halved after a step with an infinite gradient and
/// doubled after 2,000 steps without one (Micikevicius et al., "Mixed Precision Training", 2018, section 3.2; the numbers are those of
/// PyTorch's <c>GradScaler</c>). Everything stays on the device.
/// </summary>
internal sealed class GradientScaler : IStateful, IDisposable
{
    private const double Growth = 2, Backoff = .5;

    private readonly int _interval;
    private readonly Tensor _stepsSinceChange; // int32 []

    /// <param name="device">Where the gradients are.</param>
    public GradientScaler(Device device) : this(device, 65536, 2000)
    {
    }

    internal GradientScaler(Device device, float start, int interval)
    {
        _interval = interval;
        Scale = tensor(start, device: device).DetachFromDisposeScope();
        _stepsSinceChange = tensor(0, ScalarType.Int32, device).DetachFromDisposeScope();
    }

    /// <summary>float32 []: the factor of the loss, a power of two.</summary>
    internal Tensor Scale { get; }

    /// <summary>Adapts the scale.</summary>
    /// <param name="skipped">float32 []: 1 if the step had a gradient that was not finite.</param>
    internal void Update(Tensor skipped)
    {
        using var call = new AtenCall("aten::_amp_update_scale_");
        call.Add(Scale).Add(_stepsSinceChange).Add(skipped).Add(Growth).Add(Backoff).Add(_interval).Run(returned: 1);
    }

    /// <summary><c>scale</c> and <c>growth_tracker</c>. The tensors belong to the scaler: copy those to keep.</summary>
    public IReadOnlyDictionary<string, Tensor> State() =>
        new Dictionary<string, Tensor> { ["scale"] = Scale, ["growth_tracker"] = _stepsSinceChange };

    /// <summary>Restores what <see cref="State"/> returned; empty if the run comes from a device that needs no scaler.</summary>
    /// <exception cref="UserException">A tensor is missing or of another type.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Count == 0)
            return;
        var scale = SavedState.Require(state, "the gradient scaler", "scale", ScalarType.Float32, []);
        var steps = SavedState.Require(state, "the gradient scaler", "growth_tracker", ScalarType.Int32, []);
        using var noGradients = no_grad();
        Scale.copy_(scale);
        _stepsSinceChange.copy_(steps);
    }

    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Scale.Dispose();
        _stepsSinceChange.Dispose();
    }
}
