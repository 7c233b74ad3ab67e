namespace PetBreeds.Catalog.Verification;

/// <summary>The result of inspecting one photo file.</summary>
/// <param name="Problem">Why it cannot be used; null if it decodes completely.</param>
/// <param name="Format">JPEG, PNG, WebP, GIF or BMP, by its content; null for anything else.</param>
/// <param name="Width">Width in pixels, as stored; 0 if it cannot be decoded.</param>
/// <param name="Height">Height in pixels, as stored; 0 if it cannot be decoded.</param>
/// <param name="Traits">What a decoder converts silently.</param>
internal sealed record PhotoInspection(string? Problem, string? Format, int Width, int Height, PhotoTraits Traits)
{
    /// <summary>Its fingerprint for finding copies; null if it cannot be decoded.</summary>
    public Fingerprint? Fingerprint { get; init; }
}

/// <summary>What is kept of a photo to compare it with others.</summary>
/// <param name="Content">The first half of the file's SHA-256.</param>
/// <param name="Perceptual">Its <see cref="PerceptualHash"/>.</param>
/// <param name="Grey">Greyscale thumbnail, uint8 [16, 16].</param>
internal sealed record Fingerprint(UInt128 Content, ulong Perceptual, byte[] Grey);
