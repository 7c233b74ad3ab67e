namespace PetBreeds.Catalog;

/// <summary>The formats that are taken.</summary>
internal static class PhotoSignature
{
    /// <summary>For messages.</summary>
#if IMAGESHARP
    public const string Formats = "JPEG, PNG, GIF, WebP, BMP or TIFF";
#else
    public const string Formats = "JPEG, PNG, GIF, WebP, BMP or ICO";
#endif
}
