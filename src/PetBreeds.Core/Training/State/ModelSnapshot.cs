using PetBreeds.Models;
using static TorchSharp.torch;

namespace PetBreeds.Training.State;

/// <summary>A snapshot of a network and torch's random state, for experiments; disposing it restores both.</summary>
internal sealed class ModelSnapshot : IDisposable
{
    private readonly ImageClassifier _model;
    private readonly (Tensor Live, Tensor Copy)[] _tensors;
    private readonly Tensor _random = get_rng_state().DetachFromDisposeScope();

    /// <param name="model">The network, on any device.</param>
    public ModelSnapshot(ImageClassifier model)
    {
        _model = model;
        _tensors = [.. model.NamedTensors().Select(item => (item.Tensor, item.Tensor.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>Also drops the gradients: an experiment that failed in the middle of a step leaves some.</summary>
    public void Dispose()
    {
        using var noGradients = no_grad();
        foreach (var parameter in _model.parameters())
            parameter.grad = null;
        foreach (var (live, copy) in _tensors)
        {
            live.copy_(copy);
            copy.Dispose();
        }
        set_rng_state(_random);
        _random.Dispose();
    }
}
