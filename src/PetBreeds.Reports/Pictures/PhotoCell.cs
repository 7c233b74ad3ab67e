using PetBreeds.Reports.Plots;
using SkiaSharp;

namespace PetBreeds.Reports.Pictures;

/// <summary>One photo of a grid, with its caption.</summary>
/// <param name="Width">Width, pixels.</param>
/// <param name="Height">Height, pixels.</param>
/// <param name="Rgb">Height × width × 3 bytes, row by row, red first.</param>
/// <param name="Caption">The lines under the photo; each is cut to the cell's width.</param>
/// <param name="CaptionColor">The colour of the first line, to tell right from wrong; null for black.</param>
internal sealed record PhotoCell(
    int Width, int Height, byte[] Rgb, IReadOnlyList<string> Caption, (byte Red, byte Green, byte Blue)? CaptionColor = null)
{
    /// <summary>A green for captions of right answers, readable on white.</summary>
    public static (byte Red, byte Green, byte Blue) Right { get; } = (0, 122, 89);

    /// <summary>A red for captions of wrong answers, distinct from <see cref="Right"/> for any colour vision.</summary>
    public static (byte Red, byte Green, byte Blue) Wrong { get; } = (192, 74, 0);

    /// <summary>A closed line over the photo, in its pixel coordinates; null for none.</summary>
    public IReadOnlyList<(float X, float Y)>? Outline { get; init; }

    internal SKColor Ink => CaptionColor is { } c ? new SKColor(c.Red, c.Green, c.Blue) : PlotColors.Ink.ToSKColor();

    internal SKImage ToImage()
    {
        if (Width <= 0 || Height <= 0 || Rgb.Length != (long)Width * Height * 3)
            throw new ArgumentException($"{Rgb.Length} bytes are not an RGB picture of {Width} × {Height}");
        var pixels = new byte[Width * Height * 4];
        for (int from = 0, to = 0; from < Rgb.Length; from += 3, to += 4)
            (pixels[to], pixels[to + 1], pixels[to + 2], pixels[to + 3]) = (Rgb[from], Rgb[from + 1], Rgb[from + 2], 255);
        return SKImage.FromPixelCopy(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque), pixels);
    }
}
