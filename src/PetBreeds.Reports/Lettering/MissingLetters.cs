using System.Collections.Concurrent;
using HarfBuzzSharp;

namespace PetBreeds.Reports.Lettering;

/// <summary>The letters that pictures could not show because no font has them; their code points are written instead.</summary>
internal static class MissingLetters
{
    private const int Shown = 5;

    private static readonly ConcurrentDictionary<string, byte> Letter = new();

    private static readonly Dictionary<Script, string> Names = new()
    {
        [Script.Han] = "Chinese characters",
        [Script.Hiragana] = "Hiragana",
        [Script.Katakana] = "Katakana",
        [Script.Hangul] = "Hangul",
        [Script.Bopomofo] = "Bopomofo",
        [Script.Arabic] = "Arabic",
        [Script.Hebrew] = "Hebrew",
        [Script.Devanagari] = "Devanagari",
        [Script.Bengali] = "Bengali",
        [Script.Gurmukhi] = "Gurmukhi",
        [Script.Gujarati] = "Gujarati",
        [Script.Tamil] = "Tamil",
        [Script.Telugu] = "Telugu",
        [Script.Kannada] = "Kannada",
        [Script.Malayalam] = "Malayalam",
        [Script.Sinhala] = "Sinhala",
        [Script.Thai] = "Thai",
        [Script.Lao] = "Lao",
        [Script.Khmer] = "Khmer",
        [Script.Myanmar] = "Burmese",
        [Script.Tibetan] = "Tibetan",
        [Script.Georgian] = "Georgian",
        [Script.Armenian] = "Armenian",
        [Script.Ethiopic] = "Ethiopic",
    };

    private static readonly Script[] EastAsian = [Script.Han, Script.Hiragana, Script.Katakana, Script.Hangul, Script.Bopomofo];

    /// <summary>The warnings since the last call.</summary>
    public static IReadOnlyList<string> Warnings() => Say(Letter.Keys.Where(letter => Letter.TryRemove(letter, out _)));

    /// <summary>One line per script with missing letters: which ones, and what to install.</summary>
    internal static IReadOnlyList<string> Say(IEnumerable<string> letters) =>
    [
        .. letters.Order(StringComparer.Ordinal).GroupBy(Kind).OrderBy(group => group.Key.Name, StringComparer.Ordinal)
            .Select(group => Warning(group.Key.Name, group.Key.Package, [.. group])),
    ];

    private static string Warning(string name, string? package, string[] letters) =>
        $"no font on this system has {name} ({Sample(letters)}): pictures show {Letters.Numbers(letters[0])} and the like instead; "
        + $"install such a font{(package is null ? "" : $" (on Debian and Ubuntu: apt install {package})")} and draw them again";

    internal static void Add(string letter) => Letter.TryAdd(letter, 0);

    private static (string Name, string? Package) Kind(string letter)
    {
        var script = Letters.ScriptOf(letter);
        if (script == Script.Common)
            return Letters.IsEmoji(letter) ? ("emoji", "fonts-noto-color-emoji") : ("some symbols", "fonts-noto-core");
        if (script == Script.Unknown)
            return ("some characters", null);
        var name = Names.GetValueOrDefault(script) ?? $"the script {script}";
        return (name, EastAsian.Contains(script) ? "fonts-noto-cjk" : "fonts-noto-core");
    }

    private static string Sample(string[] letters) => string.Join(' ', letters.Take(Shown)) + (letters.Length > Shown ? " …" : "");
}
