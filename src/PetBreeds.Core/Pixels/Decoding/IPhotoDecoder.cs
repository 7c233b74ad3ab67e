namespace PetBreeds.Pixels.Decoding;

/// <summary>
/// Turns the bytes of a photo into upright 8-bit sRGB. The content decides the format, never the file's extension. Safe from several
/// threads.
/// </summary>
internal interface IPhotoDecoder
{
    /// <summary>Names the decoder and its version; pixels cached by a decoder of another name are not used.</summary>
    string Name { get; }

    /// <summary>The width and height, in pixels as they are stored (before EXIF orientation), read from the header alone.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="place">What error messages call it.</param>
    /// <exception cref="UserException">The header is not that of a photo this decoder reads.</exception>
    (int Width, int Height) ReadSize(ReadOnlyMemory<byte> file, string place);

    /// <summary>
    /// Decodes the first frame; applies EXIF orientation; converts colour profiles, CMYK, grey and 16-bit samples to 8-bit sRGB; lays alpha
    /// over white.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <param name="place">What error messages call it.</param>
    /// <param name="coverShortSide">
    /// The short side the caller will resize to. A JPEG may then be decoded at 1/2, 1/4 or 1/8 of its size, whichever is the smallest that
    /// is not smaller than this; null decodes in full.
    /// </param>
    /// <exception cref="UserException">The file is empty, no photo, of an unknown format, damaged, cut short or too large.</exception>
    RgbImage Decode(ReadOnlyMemory<byte> file, string place, int? coverShortSide = null);
}
