using PetBreeds.Catalog;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Export.Onnx;

/// <summary>Reads photos as <c>predict</c> gives them to an ONNX model.</summary>
internal static class DecodedPhoto
{
    /// <returns>The photo; null if it cannot be read.</returns>
    public static RgbImage? TryRead(PhotoItem photo, Preprocessing preprocessing)
    {
        try
        {
            return PhotoDecoder.Default.Decode(Presizer.ReadFile(photo.Path), photo.Path, preprocessing.Presize);
        }
        catch (UserException)
        {
            return null;
        }
    }
}
