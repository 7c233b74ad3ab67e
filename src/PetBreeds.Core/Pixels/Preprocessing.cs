namespace PetBreeds.Pixels;

/// <summary>Per-channel mean and standard deviation, in RGB order, of pixels scaled to 0..1; inputs become (pixel − mean) / std.</summary>
public sealed record Normalization(IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    /// <summary>The normalization of ImageNet, which torchvision's pretrained weights expect.</summary>
    public static Normalization ImageNet { get; } = new([.485f, .456f, .406f], [.229f, .224f, .225f]);
}

/// <summary>
/// How photos are preprocessed for the network; stored in the model file, so that prediction cannot differ from validation.
/// </summary>
/// <param name="Presize">Short side of presized photos, in pixels.</param>
/// <param name="Size">Side of the network's square input, in pixels.</param>
/// <param name="Normalization">The normalization, applied last.</param>
public sealed record Preprocessing(int Presize, int Size, Normalization Normalization);
