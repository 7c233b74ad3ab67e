using System.Runtime.Intrinsics;

namespace PetBreeds.Pixels.Decoding;

/// <summary>Converts decoded RGBA to an upright RGB image in one pass: applies the orientation, then blends alpha over white.</summary>
internal static class UprightRgb
{
    /// <param name="rgba">uint8 [height, width, 4], alpha not premultiplied; at least that long.</param>
    /// <param name="width">Width of the stored image.</param>
    /// <param name="height">Height of the stored image.</param>
    /// <param name="orientation">EXIF orientation, 1 to 8.</param>
    /// <param name="opaque">Whether alpha can be skipped.</param>
    public static RgbImage Convert(ReadOnlySpan<byte> rgba, int width, int height, int orientation, bool opaque)
    {
        var rgb = GC.AllocateUninitializedArray<byte>(checked(width * height * 3));
        var source = rgba[..(width * height * 4)];
        if (orientation == 1 && opaque)
            Pack(source, rgb);
        else
            Scatter(source, rgb, width, height, orientation);
        return orientation >= 5 ? new RgbImage(height, width, rgb) : new RgbImage(width, height, rgb);
    }

    /// <summary>Packs four pixels at a time; each store writes four bytes too many, which the next one overwrites.</summary>
    private static void Pack(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        var pick = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0);
        int from = 0, to = 0;
        for (; from + 16 <= rgba.Length && to + 16 <= rgb.Length; from += 16, to += 12)
            Vector128.Shuffle(Vector128.Create(rgba[from..]), pick).CopyTo(rgb[to..]);
        for (; from < rgba.Length; from += 4, to += 3)
            rgba.Slice(from, 3).CopyTo(rgb[to..]);
    }

    private static void Scatter(ReadOnlySpan<byte> rgba, Span<byte> rgb, int width, int height, int orientation)
    {
        var (start, stepX, stepY) = Upright(width, height, orientation);
        for (var y = 0; y < height; y++)
        {
            var row = rgba.Slice(y * width * 4, width * 4);
            var to = (start + (y * stepY)) * 3;
            for (var x = 0; x < row.Length; x += 4, to += stepX * 3)
            {
                var alpha = row[x + 3];
                rgb[to] = OverWhite(row[x], alpha);
                rgb[to + 1] = OverWhite(row[x + 1], alpha);
                rgb[to + 2] = OverWhite(row[x + 2], alpha);
            }
        }
    }

    private static byte OverWhite(int value, int alpha) =>
        alpha == 255 ? (byte)value : (byte)(((value * alpha) + (255 * (255 - alpha)) + 127) / 255);

    /// <summary>
    /// The index of the stored image's first pixel in the upright one, and the steps (in pixels) to the next column and the next row.
    /// </summary>
    private static (int Start, int StepX, int StepY) Upright(int w, int h, int orientation) => orientation switch
    {
        2 => (w - 1, -1, w),                     // mirrored
        3 => ((w * h) - 1, -1, -w),              // rotated by 180°
        4 => ((h - 1) * w, 1, -w),               // upside down, mirrored
        5 => (0, h, 1),                          // transposed
        6 => (h - 1, h, -1),                     // to be rotated clockwise
        7 => (((w - 1) * h) + h - 1, -h, -1),    // transposed along the other diagonal
        8 => ((w - 1) * h, -h, 1),               // to be rotated counter-clockwise
        _ => (0, 1, w),
    };
}
