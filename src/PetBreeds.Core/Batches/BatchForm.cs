using System.Runtime.InteropServices;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Batches;

/// <summary>How photos lie in a batch on the host.</summary>
internal abstract class BatchForm
{
    /// <summary>The form a device wants: a GPU augments whole batches itself, for a CPU it is done photo by photo.</summary>
    /// <param name="device">Which.</param>
    /// <param name="preprocessing">Sizes.</param>
    /// <param name="steps">Only one interpolation is made photo by photo.</param>
    public static BatchForm For(Device device, Preprocessing preprocessing, AugmentSteps steps = AugmentSteps.Once) =>
        DeviceTraits.Of(device).IsCpu && steps == AugmentSteps.Once
            ? new InputForm(new PhotoTransform(preprocessing.Size, preprocessing.Normalization))
            : new WindowForm(preprocessing.Presize, pinned: DeviceTraits.Of(device).PinsMemory);

    /// <summary>Room for photos.</summary>
    public abstract Tensor Allocate(int photos);

    /// <summary>Puts a photo into its place; several threads write into one batch at once.</summary>
    public abstract void Write(ReadOnlySpan<byte> pixels, (int Width, int Height) photo, AugmentParams draw, Tensor batch, int place);

    /// <summary>A photo's part of a batch.</summary>
    protected static Span<byte> Place(Tensor batch, int place, int bytes)
    {
        if (batch.numel() * batch.ElementSize <= int.MaxValue)
            return batch.bytes.Slice(place * bytes, bytes);
        using var photo = batch.narrow(0, place, 1); // a span ends at 2 GB; the memory is the batch's
        return photo.bytes;
    }
}

/// <summary>uint8 [N, S, S, 3]: the window of each photo, to be augmented as a whole batch on a GPU.</summary>
/// <param name="side">Of the windows: the photos' short side.</param>
/// <param name="pinned">In memory a GPU can fetch from while the processor goes on.</param>
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

/// <summary>float32 [N, 3, size, size]: the network's input, where the network runs on the CPU too.</summary>
/// <param name="transform">Makes it.</param>
internal sealed class InputForm(PhotoTransform transform) : BatchForm
{
    public override Tensor Allocate(int photos) => empty([photos, 3, transform.Size, transform.Size], ScalarType.Float32);

    public override void Write(ReadOnlySpan<byte> pixels, (int Width, int Height) photo, AugmentParams draw, Tensor batch, int place) =>
        transform.Apply(pixels, photo, draw,
            MemoryMarshal.Cast<byte, float>(Place(batch, place, 3 * transform.Size * transform.Size * sizeof(float))));
}
