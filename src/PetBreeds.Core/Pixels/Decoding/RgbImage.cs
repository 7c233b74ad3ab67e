namespace PetBreeds.Pixels.Decoding;

/// <summary>A photo as the rest of the program sees it: upright, opaque, sRGB.</summary>
/// <param name="Width">Width in pixels, at least 1.</param>
/// <param name="Height">Height in pixels, at least 1.</param>
/// <param name="Pixels">uint8 [Height, Width, 3], red first, rows without gaps.</param>
internal sealed record RgbImage(int Width, int Height, byte[] Pixels);
