using static TorchSharp.torch;

namespace PetBreeds.Training.State;

/// <summary>Checks saved tensors before they are restored.</summary>
internal static class SavedState
{
    /// <summary>Returns the tensor with a name, after checking its type and shape.</summary>
    /// <exception cref="UserException">The tensor is missing, or its type or shape differs.</exception>
    public static Tensor Require(
        IReadOnlyDictionary<string, Tensor> state, string owner, string name, ScalarType type, ReadOnlySpan<long> shape)
    {
        if (!state.TryGetValue(name, out var tensor))
            throw Unfit(owner, $"'{name}' is missing");
        return tensor.dtype == type && tensor.shape.AsSpan().SequenceEqual(shape)
            ? tensor
            : throw Unfit(owner, $"'{name}' is {tensor.dtype} [{string.Join(", ", tensor.shape)}], "
                + $"not {type} [{string.Join(", ", shape.ToArray())}]");
    }

    public static UserException Unfit(string owner, string problem) =>
        new($"the saved state does not fit {owner}: {problem}", null, "Resume with the same network and settings, or start a new run.");
}
