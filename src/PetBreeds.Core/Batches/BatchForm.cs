using System.Runtime.InteropServices;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Batches;

/// <summary>The layout of photos in a batch on the host.</summary>
internal abstract class BatchForm
{
    /// <summary>The form suited to a device: a GPU augments whole batches itself; for a CPU, photos are augmented one by one.</summary>
    /// <param name="device">The device.</param>
    /// <param name="preprocessing">The sizes.</param>
    /// <param name="steps">The interpolations; only a single one can be done photo by photo.</param>
    public static BatchForm For(Device device, Preprocessing preprocessing, AugmentSteps steps = AugmentSteps.Once) =>
        DeviceTraits.Of(device).IsCpu && steps == AugmentSteps.Once
            ? new InputForm(new PhotoTransform(preprocessing.Size, preprocessing.Normalization))
            : new WindowForm(preprocessing.Presize, pinned: DeviceTraits.Of(device).PinsMemory);

    /// <summary>Allocates memory for photos.</summary>
    public abstract Tensor Allocate(int photos);

    /// <summary>Writes a photo to its place; several threads may write to one batch concurrently.</summary>
    public abstract void Write(ReadOnlySpan<byte> pixels, (int Width, int Height) photo, AugmentParams draw, Tensor batch, int place);

    /// <summary>The memory of one photo in a batch.</summary>
    protected static Span<byte> Place(Tensor batch, int place, int bytes)
    {
        if (batch.numel() * batch.ElementSize <= int.MaxValue)
            return batch.bytes.Slice(place * bytes, bytes);
        using var photo = batch.narrow(0, place, 1); // spans are limited to 2 GB; the memory belongs to the batch
        return photo.bytes;
    }
}

/// <summary>uint8 [N, S, S, 3]: the window of each photo, for augmentation of the whole batch on a GPU.</summary>
/// <param name="side">Side of the windows, the photos' short side.</param>
/// <param name="pinned">Whether to use pinned memory, from which a GPU copies asynchronously.</param>
internal sealed class WindowForm(int side, bool pinned) : BatchForm
{
    public override Tensor Allocate(int photos)
    {
        var windows = empty([photos, side, side, 3], ScalarType.Byte);
        if (!pinned)
            return windows;
        using (windows)
            return windows.pin_memory();
    }

    public override void Write(ReadOnlySpan<byte> pixels, (int Width, int Height) photo, AugmentParams draw, Tensor batch, int place) =>
        Window.Copy(pixels, photo, side, draw.Window, Place(batch, place, side * side * 3));
}

/// <summary>float32 [N, 3, size, size]: the network's input, if the network also runs on the CPU.</summary>
/// <param name="transform">Computes the input.</param>
internal sealed class InputForm(PhotoTransform transform) : BatchForm
{
    public override Tensor Allocate(int photos) => empty([photos, 3, transform.Size, transform.Size], ScalarType.Float32);

    public override void Write(ReadOnlySpan<byte> pixels, (int Width, int Height) photo, AugmentParams draw, Tensor batch, int place) =>
        transform.Apply(pixels, photo, draw,
            MemoryMarshal.Cast<byte, float>(Place(batch, place, 3 * transform.Size * transform.Size * sizeof(float))));
}
