namespace PetBreeds.Batches;

/// <summary>Per-channel mean and standard deviation, RGB, of pixels scaled to 0..1.</summary>
public sealed record Normalization(IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    /// <summary>ImageNet's, which torchvision's pretrained weights expect.</summary>
    public static Normalization ImageNet { get; } = new([.485f, .456f, .406f], [.229f, .224f, .225f]);
}
