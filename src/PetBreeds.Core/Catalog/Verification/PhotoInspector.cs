using System.Buffers.Binary;
using System.Security.Cryptography;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Catalog.Verification;

/// <summary>Decodes a photo file and looks at it. The decoded pixels are not kept.</summary>
internal static class PhotoInspector
{
    /// <summary>
    /// Twice what is hashed, so that a JPEG may be decoded at a part of its size. All of its data are read nevertheless: a file that is cut
    /// short is found. (Damage within the data of a JPEG decodes to wrong pixels in every library and cannot be told.)
    /// </summary>
    private const int CoverShortSide = 2 * PerceptualHash.Side;

    /// <summary>Inspects one file; whatever is wrong with it is in the result.</summary>
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
