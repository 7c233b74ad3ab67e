using PetBreeds.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Models;

/// <summary>
/// Batch norm over the channels, the second dimension of float32 [N, channels, …], with PyTorch's tensor names, momentum .1 and epsilon
/// 1e-5 (Ioffe and Szegedy, "Batch Normalization", 2015). TorchSharp's own batch norm counts batches with a scalar that may be freed too
/// early (see <see cref="TensorMath"/>).
/// </summary>
internal sealed class BatchNorm(int channels, Device? device = null)
    : NormBase(channels, eps: 1e-5, momentum: .1, affine: true, track_running_stats: true, device, null, nameof(BatchNorm))
{
    public override Tensor forward(Tensor input)
    {
        if (training)
            num_batches_tracked!.Increment();
        return functional.batch_norm(input, running_mean, running_var, weight, bias, training, momentum!.Value, eps);
    }

    protected override void ValidateInputDimensions(Tensor input)
    {
        // Required by the base class; only TorchSharp's own forward calls it.
    }
}
