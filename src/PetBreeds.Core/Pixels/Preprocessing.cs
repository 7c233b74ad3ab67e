namespace PetBreeds.Pixels;

/// <summary>Per-channel mean and standard deviation, RGB, of pixels scaled to 0..1.</summary>
public sealed record Normalization(IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    /// <summary>ImageNet's, which torchvision's pretrained weights expect.</summary>
    public static Normalization ImageNet { get; } = new([.485f, .456f, .406f], [.229f, .224f, .225f]);
}

/// <summary>
/// What is done to a photo before the network sees it; kept in the model file, so that prediction cannot differ from validation.
/// </summary>
/// <param name="Presize">Short side in pixels after presizing on the CPU.</param>
/// <param name="Size">Side in pixels of the network's square input.</param>
/// <param name="Normalization">Applied last.</param>
public sealed record Preprocessing(int Presize, int Size, Normalization Normalization);
