using System.Collections.Concurrent;
using SkiaSharp;

namespace PetBreeds.Reports.Lettering;

/// <summary>
/// Finds a system font for characters that the embedded one lacks. The Linux build of Skia does not use fontconfig: it lists the families
/// below <c>/usr/share/fonts</c> but cannot match characters, so those families and the other font folders are searched.
/// </summary>
internal static class SystemFonts
{
    private static readonly string[] FontFiles = [".ttf", ".otf", ".ttc", ".otc"];

    private static readonly ConcurrentDictionary<(string Letter, bool Bold), SKTypeface?> Found = new();

    private static readonly Lazy<string[]> Families = new(() => [.. SKFontManager.Default.FontFamilies.Distinct()]);

    private static readonly Lazy<SKTypeface[]> OtherFiles = new(() => [.. OtherFolders().SelectMany(In)]);

    private static readonly ConcurrentDictionary<(bool Emoji, bool Bold), SKTypeface[]> Faces = new();

    /// <summary>A font that can draw all code points of a letter; null if the system has none.</summary>
    public static SKTypeface? For(string letter, bool bold) => Found.GetOrAdd((letter, bold), _ => Find(letter, bold));

    private static SKTypeface? Find(string letter, bool bold)
    {
        var runes = letter.EnumerateRunes().Where(rune => !Letters.IsInvisible(rune)).ToArray();
        bool Draws(SKTypeface? face) => face is not null && !IsPlaceholder(face)
            && Array.TrueForAll(runes, rune => face.ContainsGlyph(rune.Value));
        var matched = SKFontManager.Default.MatchCharacter(null, Style(bold), null, runes[0].Value);
        return Draws(matched)
            ? matched
            : Array.Find(Faces.GetOrAdd((Letters.IsEmoji(letter), bold), key => InOrder(key.Emoji, key.Bold)), Draws);
    }

    /// <summary>
    /// All fonts of a weight, best match for the embedded one first: sans-serif fonts first, monospaced ones last. For emoji, colour fonts
    /// come before text fonts with outlines.
    /// </summary>
    private static SKTypeface[] InOrder(bool emoji, bool bold)
    {
        bool Named(SKTypeface face, string part) => face.FamilyName.Contains(part, StringComparison.OrdinalIgnoreCase);
        var weight = Style(bold).Weight;
        return
        [
            .. Families.Value.Select(family => SKFontManager.Default.MatchFamily(family, Style(bold))).OfType<SKTypeface>()
                .Concat(OtherFiles.Value)
                .OrderBy(face => emoji && Named(face, "Emoji") ? 0 : Named(face, "Mono") ? 3 : Named(face, "Sans") ? 1 : 2)
                .ThenBy(face => Math.Abs(face.FontWeight - weight)).ThenBy(face => face.IsItalic)
                .ThenBy(face => face.FamilyName, StringComparer.Ordinal),
        ];
    }

    private static SKFontStyle Style(bool bold) => bold ? SKFontStyle.Bold : SKFontStyle.Normal;

    /// <summary>Whether a font draws every character as a box.</summary>
    private static bool IsPlaceholder(SKTypeface face) => face.FamilyName.Contains("LastResort", StringComparison.Ordinal);

    private static IEnumerable<string> OtherFolders()
    {
        if (!OperatingSystem.IsLinux())
            return [];
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var data = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        string[] folders =
        [
            "/usr/local/share/fonts", Path.Combine(home, ".fonts"), Path.Combine(home, ".local/share/fonts"),
            Path.Combine(string.IsNullOrEmpty(data) ? home : data, "fonts"),
        ];
        return folders.Where(Path.IsPathFullyQualified).Distinct();
    }

    /// <summary>The fonts in a folder and its subfolders; other files are skipped.</summary>
    internal static IEnumerable<SKTypeface> In(string folder) => !Directory.Exists(folder) ? [] : Directory
        .EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
        .Where(file => FontFiles.Contains(Path.GetExtension(file).ToLowerInvariant()))
        .Order(StringComparer.Ordinal)
        .Select(file => SKTypeface.FromFile(file))
        .OfType<SKTypeface>();
}
