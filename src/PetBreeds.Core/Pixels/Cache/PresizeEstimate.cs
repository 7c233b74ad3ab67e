using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Pixels.Cache;

/// <summary>Estimates the size of presized photos from the headers of a few of them.</summary>
internal static class PresizeEstimate
{
    private const int Sampled = 32;

    /// <returns>Size in bytes; photos count as 4:3 if no header can be read.</returns>
    public static long Bytes(IReadOnlyList<PhotoSource> missing, int shortSide, IPhotoDecoder decoder)
    {
        var every = Math.Max(1, missing.Count / Sampled);
        var sizes = missing.Where((_, i) => i % every == 0).Take(Sampled).Select(m => Bytes(m, shortSide, decoder)).OfType<long>().ToList();
        var mean = sizes.Count > 0 ? sizes.Average() : shortSide * (double)shortSide * 4 / 3 * 3;
        return (long)(mean * missing.Count);
    }

    private static long? Bytes(PhotoSource photo, int shortSide, IPhotoDecoder decoder)
    {
        try
        {
            var stored = decoder.ReadSize(Presizer.ReadFile(photo.Path), photo.Path);
            var (width, height) = Presizer.TargetSize(stored.Width, stored.Height, shortSide);
            return 3L * width * height;
        }
        catch (UserException)
        {
            return null;
        }
    }
}
