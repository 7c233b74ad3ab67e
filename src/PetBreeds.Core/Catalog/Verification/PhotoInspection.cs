namespace PetBreeds.Catalog.Verification;

/// <summary>What was found in one photo file.</summary>
/// <param name="Problem">Why it cannot be used; null where it decodes as a whole.</param>
/// <param name="Format">JPEG, PNG, WebP, GIF or BMP, by its content; null for anything else.</param>
/// <param name="Width">Pixels as stored; 0 where it cannot be decoded.</param>
/// <param name="Height">Pixels as stored; 0 where it cannot be decoded.</param>
/// <param name="Traits">What a decoder converts in silence.</param>
internal sealed record PhotoInspection(string? Problem, string? Format, int Width, int Height, PhotoTraits Traits)
{
    /// <summary>For finding copies; null where it cannot be decoded.</summary>
    internal Fingerprint? Fingerprint { get; init; }
}

/// <summary>What is kept of a photo to compare it with the others.</summary>
/// <param name="Content">The first half of the file's SHA-256.</param>
/// <param name="Perceptual">Its <see cref="PerceptualHash"/>.</param>
/// <param name="Grey">uint8 [16, 16].</param>
internal sealed record Fingerprint(UInt128 Content, ulong Perceptual, byte[] Grey);
