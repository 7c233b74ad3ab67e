using static TorchSharp.torch;

namespace PetBreeds.Training.State;

/// <summary>A part of a training with a state of its own: a checkpoint is a loop over them.</summary>
internal interface IStateful
{
    /// <summary>
    /// The state by name. Tensors may be the part's own: write or copy them before the next step. Others belong to the surrounding scope.
    /// </summary>
    IReadOnlyDictionary<string, Tensor> State();

    /// <summary>Takes a copy of what <see cref="State"/> gave.</summary>
    /// <exception cref="UserException">A tensor is missing or does not fit.</exception>
    void Restore(IReadOnlyDictionary<string, Tensor> state);
}
