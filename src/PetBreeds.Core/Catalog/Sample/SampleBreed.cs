using SkiaSharp;

namespace PetBreeds.Catalog.Sample;

/// <summary>The ears of a made-up breed.</summary>
internal enum Ears
{
    /// <summary>Upright triangles.</summary>
    Pointed,

    /// <summary>Upright triangles with tufts of hair at the tips.</summary>
    Tufted,

    /// <summary>Small ears with tips bent forward.</summary>
    Folded,

    /// <summary>Long ears that hang at the sides.</summary>
    Floppy,
}

/// <summary>The markings of a made-up breed.</summary>
internal enum CoatPattern
{
    /// <summary>One colour, lighter at the muzzle and chest.</summary>
    Plain,

    /// <summary>Tabby stripes, with an M on the forehead and rings around the tail.</summary>
    Stripes,

    /// <summary>Many round spots.</summary>
    Spots,

    /// <summary>A few large patches, one of them over an eye.</summary>
    Patches,

    /// <summary>Dark mask, ears, paws and tail on a light coat.</summary>
    Points,

    /// <summary>Dark, with a light blaze, chest and paws.</summary>
    Bicolour,
}

/// <summary>
/// A made-up breed of the sample data set. Several share a colour and some a pattern, so that neither alone is enough to distinguish them.
/// </summary>
/// <param name="Name">The class name, with underscores as in the Oxford data set.</param>
/// <param name="IsCat">Whether it is a cat rather than a dog: determines head, eyes, whiskers and tail.</param>
/// <param name="Ears">Kind of ears.</param>
/// <param name="Muzzle">Length of the muzzle, 0 (flat) to 1 (long).</param>
/// <param name="Coat">Colour of the coat.</param>
/// <param name="Marking">Colour of stripes, spots, patches or points.</param>
/// <param name="Light">Colour of muzzle, chest and paws.</param>
/// <param name="Eyes">Colour of the irises.</param>
/// <param name="Pattern">Markings.</param>
internal sealed record SampleBreed(
    string Name,
    bool IsCat,
    Ears Ears,
    double Muzzle,
    SKColor Coat,
    SKColor Marking,
    SKColor Light,
    SKColor Eyes,
    CoatPattern Pattern)
{
    /// <summary>Whether a ruff of long hair surrounds the head.</summary>
    public bool IsFluffy { get; init; }

    /// <summary>The ten breeds, in ordinal order of their names.</summary>
    public static IReadOnlyList<SampleBreed> All { get; } =
    [
        new("Biscuit_Retriever", false, Ears.Floppy, 0.6, Rgb(0xD9A25B), Rgb(0xB97F3C), Rgb(0xEFCB93), Rgb(0x5A3A1E), CoatPattern.Plain),
        new("Cinder_Tabby", true, Ears.Pointed, 0.1, Rgb(0x9AA0A8), Rgb(0x4B5058), Rgb(0xDDE0E4), Rgb(0x7FB04A), CoatPattern.Stripes),
        new("Domino_Hound", false, Ears.Floppy, 0.8, Rgb(0xF3F1EC), Rgb(0x2B2A2C), Rgb(0xFFFFFF), Rgb(0x4A3222), CoatPattern.Spots),
        new("Hazel_Lynxtail", true, Ears.Tufted, 0.3, Rgb(0xBF9263), Rgb(0x4A2A16), Rgb(0xF6E6CE), Rgb(0xD9B33C), CoatPattern.Spots)
        {
            IsFluffy = true,
        },
        new("Marmalade_Tabby", true, Ears.Pointed, 0.1, Rgb(0xE8963F), Rgb(0xB35A1A), Rgb(0xFBE3C4), Rgb(0x6FA858), CoatPattern.Stripes),
        new("Mulberry_Shepherd", false, Ears.Pointed, 1, Rgb(0x4A3A38), Rgb(0x2C2222), Rgb(0xC98B54), Rgb(0x6B4423), CoatPattern.Bicolour),
        new("Patchwork_Terrier", false, Ears.Folded, 0.4, Rgb(0xF5EFE4), Rgb(0x9A5B2C), Rgb(0xFFFDF8), Rgb(0x4A3222), CoatPattern.Patches),
        new("Porcelain_Point", true, Ears.Pointed, 0.35, Rgb(0xEFE3D0), Rgb(0x54413A), Rgb(0xFAF3E6), Rgb(0x4F9BD8), CoatPattern.Points),
        new("Slate_Foldear", true, Ears.Folded, 0, Rgb(0x8D96A3), Rgb(0x6C7582), Rgb(0xB4BBC6), Rgb(0xE0962E), CoatPattern.Plain),
        new("Snowdrop_Spitz", false, Ears.Pointed, 0.3, Rgb(0xF7F5F0), Rgb(0xD9D4CA), Rgb(0xFFFFFF), Rgb(0x3A2A20), CoatPattern.Plain)
        {
            IsFluffy = true,
        },
    ];

    private static SKColor Rgb(uint rgb) => new(0xFF000000 | rgb);
}
