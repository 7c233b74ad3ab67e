using System.Buffers.Binary;
using System.Security.Cryptography;
using PetBreeds.Pixels.Cache;
using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Catalog.Verification;

/// <summary>Finds photos that look the same among those in a pixel cache; they are not decoded again.</summary>
internal static class NearCopies
{
    /// <summary>Compares presized pixels as <see cref="DataVerification"/> compares files.</summary>
    /// <param name="count">Number of photos.</param>
    /// <param name="read">Passes the pixels of a photo to a reader, from several threads; returns false if it has none.</param>
    /// <param name="progress">Called with the number of completed photos, from any thread.</param>
    /// <param name="cancel">Checked between photos.</param>
    /// <returns>Groups of two or more, in order of their first photos; photos ascend within each.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> Find(int count, Func<int, PixelReader, bool> read, Action<int>? progress,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(read);
        var fingerprints = new Fingerprint?[count];
        var done = 0;
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancel }, i =>
        {
            try
            {
                read(i, (width, height, pixels) => fingerprints[i] = Of(new RgbImage(width, height, pixels.ToArray())));
            }
            catch (UserException)
            {
                // The photo has been changed or removed meanwhile: it counts as having no copies.
            }
            progress?.Invoke(Interlocked.Increment(ref done));
        });
        return [.. CopyGroups.Find(fingerprints, cancel).Select(group => group.Photos)];
    }

    private static Fingerprint Of(RgbImage image)
    {
        var luma = Thumbnail.Luma(image, PerceptualHash.Side);
        return new Fingerprint(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(image.Pixels)), PerceptualHash.Of(luma),
            Thumbnail.Halve(luma, PerceptualHash.Side));
    }
}
