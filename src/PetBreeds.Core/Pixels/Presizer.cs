using PetBreeds.Catalog.Files;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Pixels;

/// <summary>
/// Scales photos so that their short side has a given length, keeping the whole rectangle, with libtorch's antialiased bilinear
/// interpolation of uint8, which is Pillow's algorithm (differences are at most 1 of 255). Smaller photos are enlarged in the same way.
/// </summary>
internal static class Presizer
{
    /// <summary>
    /// Maximum aspect ratio: longer panoramas lose their ends, because otherwise a strip of pixels could become gigabytes, and the short
    /// side cannot be reduced because crops are cut to it.
    /// </summary>
    public const int MaxAspect = 8;

    /// <summary>Reads, decodes and presizes a photo file.</summary>
    /// <param name="path">Any photo that <see cref="PhotoDecoder.Default"/> reads.</param>
    /// <param name="shortSide">Short side in pixels, at least 1.</param>
    /// <exception cref="UserException">The file cannot be read or is not an intact photo.</exception>
    public static RgbImage Presize(string path, int shortSide) => Presize(ReadFile(path), path, shortSide, PhotoDecoder.Default);

    /// <summary>
    /// Scales <paramref name="image"/> to a short side of <paramref name="shortSide"/>; the long side is rounded to the nearest pixel
    /// (torchvision truncates it: 500×375 to 224 gives 299×224 here, 298×224 there).
    /// </summary>
    /// <param name="image">An image of any size; beyond <see cref="MaxAspect"/>, only its middle is used.</param>
    /// <param name="shortSide">Short side in pixels, at least 1.</param>
    public static RgbImage Resize(RgbImage image, int shortSide)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(shortSide, 1);
        return Resize(image, shortSide, (width, height, pixels) => new RgbImage(width, height, pixels.ToArray()));
    }

    /// <summary>
    /// The same, but passes the pixels in libtorch's memory: copying them to an array would take a tenth of the presizing time.
    /// </summary>
    internal static T Resize<T>(RgbImage image, int shortSide, Func<int, int, ReadOnlySpan<byte>, T> take)
    {
        var (left, top, width, height) = Kept(image.Width, image.Height);
        var (newWidth, newHeight) = TargetSize(image.Width, image.Height, shortSide);
        if ((newWidth, newHeight) == (image.Width, image.Height))
            return take(newWidth, newHeight, image.Pixels);

        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        var pixels = frombuffer(image.Pixels, ScalarType.Byte).view(1, image.Height, image.Width, 3); // uint8 [1,H,W,3], shares memory
        if ((width, height) != (image.Width, image.Height))
            pixels = pixels.narrow(1, top, height).narrow(2, left, width).contiguous();
        var scaled = nn.functional.interpolate(pixels.permute(0, 3, 1, 2), // uint8 [1,3,H,W], channels_last
            [newHeight, newWidth], mode: InterpolationMode.Bilinear, align_corners: false, antialias: true);
        return take(newWidth, newHeight, scaled.permute(0, 2, 3, 1).contiguous().bytes); // uint8 [1,h,w,3]; it was channels_last already
    }

    internal static RgbImage Presize(ReadOnlyMemory<byte> file, string place, int shortSide, IPhotoDecoder decoder) =>
        Resize(decoder.Decode(file, place, shortSide), shortSide);

    /// <summary>The size after presizing.</summary>
    internal static (int Width, int Height) TargetSize(int width, int height, int shortSide)
    {
        var (_, _, w, h) = Kept(width, height);
        return w < h ? (shortSide, Long(h, w)) : (Long(w, h), shortSide);

        int Long(long longer, long shorter) => (int)(((2 * longer * shortSide) + shorter) / (2 * shorter));
    }

    /// <exception cref="UserException">The file is missing, cannot be read or is far too large for a photo.</exception>
    internal static byte[] ReadFile(string path)
    {
        try
        {
            if (SpecialFile.Is(path)) // opening a pipe would block forever
                throw new UserException($"this is {PhotoFiles.Special}, not a photo", path, "Give a file.");
            var length = new FileInfo(path).Length;
            return length <= PhotoDecoder.MaxFileBytes
                ? File.ReadAllBytes(path)
                : throw new UserException(
                    $"the file has {length >> 20} MB, more than the limit of {PhotoDecoder.MaxFileBytes >> 20} MB", path,
                    "Remove it from the data set.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException(e is FileNotFoundException or DirectoryNotFoundException
                ? "there is no such file" : $"the file cannot be read: {e.Message}", path, "Check the path and its permissions.", e);
        }
    }

    /// <summary>The part of the image to keep: all of it, or the middle of an extreme panorama.</summary>
    private static (int Left, int Top, int Width, int Height) Kept(int width, int height)
    {
        var longest = Math.Min(width, height) * (long)MaxAspect;
        if (width > longest)
            return ((int)((width - longest) / 2), 0, (int)longest, height);
        return height > longest ? (0, (int)((height - longest) / 2), width, (int)longest) : (0, 0, width, height);
    }
}
