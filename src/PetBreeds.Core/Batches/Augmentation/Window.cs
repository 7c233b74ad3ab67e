namespace PetBreeds.Batches.Augmentation;

/// <summary>The largest square window of a presized photo.</summary>
internal static class Window
{
    /// <summary>Copies the square window out of a photo.</summary>
    /// <param name="pixels">uint8 [H, W, 3].</param>
    /// <param name="size">Width and height; the shorter one equals <paramref name="side"/>.</param>
    /// <param name="side">Side of the window.</param>
    /// <param name="place">Position along the long side, 0 to 1.</param>
    /// <param name="target">uint8 [side, side, 3].</param>
    public static void Copy(ReadOnlySpan<byte> pixels, (int Width, int Height) size, int side, double place, Span<byte> target)
    {
        if (Math.Min(size.Width, size.Height) != side)
            throw new ArgumentException($"a photo of {size.Width}×{size.Height} has no window of side {side}", nameof(size));
        var (left, top) = Place(size, side, place);
        var row = side * 3;
        for (var y = 0; y < side; y++)
            pixels.Slice(((top + y) * size.Width + left) * 3, row).CopyTo(target[(y * row)..]);
    }

    /// <summary>The upper left corner of the window.</summary>
    internal static (int Left, int Top) Place((int Width, int Height) size, int side, double place) =>
        ((int)Math.Round((size.Width - side) * place), (int)Math.Round((size.Height - side) * place));
}
