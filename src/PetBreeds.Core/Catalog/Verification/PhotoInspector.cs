using System.Buffers.Binary;
using System.Security.Cryptography;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Catalog.Verification;

/// <summary>Decodes and inspects a photo file. The decoded pixels are not kept.</summary>
internal static class PhotoInspector
{
    /// <summary>
    /// Twice the size that is hashed, so that a JPEG may be decoded at reduced size. All of its data is read nevertheless, so truncated
    /// files are found. (Damage within a JPEG's data decodes to wrong pixels in every library and cannot be detected.)
    /// </summary>
    private const int CoverShortSide = 2 * PerceptualHash.Side;

    /// <summary>Inspects one file; any problem is part of the result.</summary>
    public static PhotoInspection Inspect(string path) => Inspect(path, PhotoDecoder.Default);

    internal static PhotoInspection Inspect(string path, IPhotoDecoder decoder)
    {
        string? format = null;
        try
        {
            var file = Presizer.ReadFile(path);
            format = PhotoFormat.Known(file);
            var (width, height) = decoder.ReadSize(file, path);
            var image = decoder.Decode(file, path, CoverShortSide);
            var luma = Thumbnail.Luma(image, PerceptualHash.Side);
            return new PhotoInspection(null, format, width, height,
                PhotoTraitReader.Read(file) | (IsGrey(image.Pixels) ? PhotoTraits.Greyscale : 0))
            {
                Fingerprint = new Fingerprint(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(file)), PerceptualHash.Of(luma),
                    Thumbnail.Halve(luma, PerceptualHash.Side)),
            };
        }
        catch (UserException e)
        {
            return new PhotoInspection(e.Problem, format, 0, 0, PhotoTraits.None);
        }
    }

    private static bool IsGrey(ReadOnlySpan<byte> rgb)
    {
        for (var i = 0; i < rgb.Length; i += 3)
            if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2])
                return false;
        return true;
    }
}
