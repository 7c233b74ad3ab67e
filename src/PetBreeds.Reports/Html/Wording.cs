using System.Globalization;
using PetBreeds.Reports.Lettering;

namespace PetBreeds.Reports.Html;

/// <summary>Formats numbers and names for the pages.</summary>
internal static class Wording
{
    // No space before the percent sign.
    private static readonly NumberFormatInfo Plain = new() { PercentPositivePattern = 1, PercentNegativePattern = 1 };

    /// <summary>"64.5%"; a dash where there is no number.</summary>
    public static string Share(double? share) =>
        share is { } value && double.IsFinite(value) ? value.ToString("0.0%", CultureInfo.InvariantCulture) : "–";

    /// <summary>A probability; near 0 and 1, with enough digits to tell it apart from them.</summary>
    public static string Probability(double p) => (p, 1 - p) switch
    {
        (1, _) or (_, 1) => p.ToString("0%", CultureInfo.InvariantCulture),
        ( < 5e-7, _) => "< 0.0001%",
        (_, < 5e-7) => "> 99.9999%",
        ( < 1e-3, _) or (_, < 1e-3) => p.ToString($"P{(int)Math.Ceiling(-Math.Log10(Math.Min(p, 1 - p))) - 1}", Plain),
        _ => p.ToString("0.0%", CultureInfo.InvariantCulture),
    };

    /// <summary>"1 photo", "2 photos".</summary>
    public static string Photos(long count) => count == 1 ? "1 photo" : $"{count.ToString("#,0", CultureInfo.InvariantCulture)} photos";

    /// <summary>A readable class name: "american_bulldog" becomes "american bulldog".</summary>
    public static string Class(string name) => Letters.Isolated(name.Replace('_', ' '));

    /// <summary>"1 h 02 min", "3 min 20 s".</summary>
    public static string Duration(double seconds)
    {
        var time = TimeSpan.FromSeconds(double.IsFinite(seconds) ? Math.Clamp(seconds, 0, 1e8) : 0);
        return time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes:00} min"
            : time.TotalMinutes >= 1 ? $"{(int)time.TotalMinutes} min {time.Seconds:00} s" : $"{time.TotalSeconds:0} s";
    }
}
