using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Batches;

/// <summary>Turns tensors back into photos, to show the network's input.</summary>
internal static class TensorPictures
{
    /// <summary>Undoes the normalisation. float32 [N,3,H,W] → the same shape in 0..1.</summary>
    public static Tensor Denormalise(Tensor input, Normalization normalization)
    {
        using var scope = NewDisposeScope();
        var mean = tensor([.. normalization.Mean], [1, 3, 1, 1], device: input.device);
        var std = tensor([.. normalization.Std], [1, 3, 1, 1], device: input.device);
        return input.mul(std).AddInPlace(mean).ClampInPlace(0, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Converts float32 [N,3,H,W] in 0..1 to N photos.</summary>
    public static RgbImage[] ToImages(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        var (height, width) = ((int)pixels.shape[2], (int)pixels.shape[3]);
        // uint8 [N,H,W,3]
        var bytes = pixels.Mul(255).round_().ClampInPlace(0, 255).to(ScalarType.Byte).permute(0, 2, 3, 1).contiguous().cpu();
        return [.. bytes.bytes.ToArray().Chunk(height * width * 3).Select(photo => new RgbImage(width, height, photo))];
    }
}
