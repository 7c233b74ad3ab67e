namespace PetBreeds.Catalog.Verification;

/// <summary>Properties of a photo file that are worth knowing before training on it. None of them prevents it from being read.</summary>
[Flags]
internal enum PhotoTraits
{
    /// <summary>An upright 8-bit still image in colour.</summary>
    None = 0,

    /// <summary>Stored in one channel, or in three that are the same in every pixel.</summary>
    Greyscale = 1,

    /// <summary>Stored in the four printing inks (CMYK); it is converted.</summary>
    Cmyk = 2,

    /// <summary>More than 8 bits per sample; it is reduced to 8.</summary>
    DeepColour = 4,

    /// <summary>Several frames; the first one is used.</summary>
    Animated = 8,

    /// <summary>Rotated or mirrored by its EXIF orientation, which is applied.</summary>
    Turned = 16,
}
