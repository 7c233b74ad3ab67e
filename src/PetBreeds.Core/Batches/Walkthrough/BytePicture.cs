using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Batches.Walkthrough;

/// <summary>Shows the bytes of a file as a grey square: compressed data looks like noise; zeros and text do not.</summary>
internal static class BytePicture
{
    private const int Side = 128;

    public static RgbImage Of(ReadOnlySpan<byte> bytes)
    {
        var side = Math.Clamp((int)Math.Sqrt(bytes.Length), 1, Side);
        var picture = new byte[side * side * 3];
        for (var i = 0; i < side * side && i < bytes.Length; i++)
            picture.AsSpan(i * 3, 3).Fill(bytes[i]);
        return new RgbImage(side, side, picture);
    }
}
