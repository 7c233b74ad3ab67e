using static TorchSharp.torch;

namespace PetBreeds.Training.State;

/// <summary>A part of a training that has state; a checkpoint loops over all of them.</summary>
internal interface IStateful
{
    /// <summary>
    /// The state by name. Tensors may belong to the part: write or copy them before the next step. All others belong to the surrounding
    /// scope.
    /// </summary>
    IReadOnlyDictionary<string, Tensor> State();

    /// <summary>Restores a copy of what <see cref="State"/> returned.</summary>
    /// <exception cref="UserException">A tensor is missing or does not fit.</exception>
    void Restore(IReadOnlyDictionary<string, Tensor> state);
}
