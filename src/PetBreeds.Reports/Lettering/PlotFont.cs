using ScottPlot;
using SkiaSharp;

namespace PetBreeds.Reports.Lettering;

/// <summary>
/// The font of every picture: Inter 3.19 (SIL Open Font License, see <c>Fonts/LICENSE.txt</c>), embedded in the assembly, so that pictures
/// look the same on every system and labels appear even on a machine without fonts (a container, for example).
/// </summary>
internal static class PlotFont
{
    /// <summary>The family's name; ScottPlot finds the embedded typefaces by it.</summary>
    public static string Family { get; } = Register("Inter");

    public static SKTypeface Regular => Typefaces.Regular;

    public static SKTypeface Bold => Typefaces.Bold;

    public static SKTypeface Embedded(bool bold) => bold ? Bold : Regular;

    /// <summary>
    /// The embedded typeface if it has all of a letter, else one of the system's; null if none has it (class names may be in any script).
    /// </summary>
    public static SKTypeface? For(string letter, bool bold)
    {
        var embedded = Embedded(bold);
        return letter.EnumerateRunes().All(rune => Letters.IsInvisible(rune) || embedded.ContainsGlyph(rune.Value))
            ? embedded
            : SystemFonts.For(letter, bold);
    }

    public static SKFont Sized(SKTypeface typeface, float size) =>
        new(typeface, size) { Edging = SKFontEdging.Antialias, Subpixel = true, Hinting = SKFontHinting.None };

    private static string Register(string family)
    {
        ScottPlot.Fonts.FontResolvers.Insert(0, new EmbeddedResolver(family));
        return family;
    }

    private static SKTypeface Load(string file)
    {
        using var stream = typeof(PlotFont).Assembly.GetManifestResourceStream($"PetBreeds.Reports.Fonts.{file}")!;
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data) ?? throw new InvalidOperationException($"the embedded font {file} cannot be read");
    }

    // A separate class, so that registering the resolver does not depend on the order of the fields above.
    private static class Typefaces
    {
        public static readonly SKTypeface Regular = Load("Inter-Regular.otf");
        public static readonly SKTypeface Bold = Load("Inter-Bold.otf");
    }

    /// <summary>Answers ScottPlot's requests for the embedded family; all others are passed to the next resolver.</summary>
    private sealed class EmbeddedResolver(string family) : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            CreateTypeface(fontName, weight >= FontWeight.SemiBold, slant != FontSlant.Upright);

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
            !string.Equals(fontName, family, StringComparison.Ordinal) ? null : bold ? Bold : Regular;
    }
}
