namespace PetBreeds.Pixels.Decoding;

/// <summary>
/// Decodes the bytes of a photo to upright 8-bit sRGB. The format is determined by the content, never by the file's extension. Thread-safe.
/// </summary>
internal interface IPhotoDecoder
{
    /// <summary>Name and version of the decoder; pixels cached by a decoder with another name are not used.</summary>
    string Name { get; }

    /// <summary>Reads width and height from the header only, in pixels as stored (before EXIF orientation).</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="place">The file's name for error messages.</param>
    /// <exception cref="UserException">The header is not that of a photo that this decoder supports.</exception>
    (int Width, int Height) ReadSize(ReadOnlyMemory<byte> file, string place);

    /// <summary>
    /// Decodes the first frame; applies EXIF orientation; converts colour profiles, CMYK, grey and 16-bit samples to 8-bit sRGB; blends
    /// alpha over white.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <param name="place">The file's name for error messages.</param>
    /// <param name="coverShortSide">
    /// The short side to which the caller will resize. A JPEG may then be decoded at 1/2, 1/4 or 1/8 of its size, whichever is the smallest
    /// whose short side is not below this; null decodes at full size.
    /// </param>
    /// <exception cref="UserException">The file is empty, not a photo, of an unknown format, damaged, truncated or too large.</exception>
    RgbImage Decode(ReadOnlyMemory<byte> file, string place, int? coverShortSide = null);
}
