using PetBreeds.Catalog.Files;

namespace PetBreeds.Catalog.Verification;

/// <summary>Reports what was found in one photo.</summary>
internal static class PhotoChecks
{
    private static readonly (PhotoTraits Trait, FindingKind Kind, string Detail)[] Traits =
    [
        (PhotoTraits.Cmyk, FindingKind.Cmyk, "four inks"),
        (PhotoTraits.DeepColour, FindingKind.DeepColour, "more than 8 bits"),
        (PhotoTraits.Animated, FindingKind.Animated, "several frames"),
        (PhotoTraits.Turned, FindingKind.Turned, "stored rotated or mirrored"),
        (PhotoTraits.Greyscale, FindingKind.Greyscale, "no colour in any pixel"),
    ];

    public static IEnumerable<Finding> Find(string name, PhotoInspection photo, int minSide)
    {
        if (photo.Problem is { } problem)
        {
            yield return new Finding(FindingKind.Broken, [name], problem);
            yield break;
        }
        if (PictureExtensions.Kind(name) is { } named && photo.Format is { } format && named != format)
            yield return new Finding(FindingKind.Extension, [name], $"{format} named {Path.GetExtension(name)}");
        foreach (var (trait, kind, detail) in Traits)
            if (photo.Traits.HasFlag(trait))
                yield return new Finding(kind, [name], detail);
        if (Math.Min(photo.Width, photo.Height) < minSide)
            yield return new Finding(FindingKind.Small, [name], $"{photo.Width} × {photo.Height}");
    }
}
