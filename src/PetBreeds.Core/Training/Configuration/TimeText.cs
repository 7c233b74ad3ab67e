using System.Globalization;
using System.Text.RegularExpressions;

namespace PetBreeds.Training.Configuration;

/// <summary>Parses durations as people write them: 90s, 10m, 1h30m, 1.5h.</summary>
internal static partial class TimeText
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1), Most = TimeSpan.FromDays(30);

    /// <returns>The duration, from 1 second to 30 days; null if the text is not one.</returns>
    public static TimeSpan? Parse(string text)
    {
        var match = Form().Match(text);
        if (text.Length == 0 || !match.Success)
            return null;
        var seconds = 3600 * Number(match.Groups[1]) + 60 * Number(match.Groups[2]) + Number(match.Groups[3]);
        return seconds >= Least.TotalSeconds && seconds <= Most.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>The shortest text that <see cref="Parse"/> reads back: 1h30m, not 5400s.</summary>
    public static string Of(TimeSpan time)
    {
        var (hours, seconds) = ((long)time.TotalHours, time.TotalSeconds % 60);
        return string.Create(CultureInfo.InvariantCulture,
            $"{(hours > 0 ? $"{hours}h" : "")}{(time.Minutes > 0 ? $"{time.Minutes}m" : "")}{(seconds > 0 ? $"{seconds}s" : "")}");
    }

    private static double Number(Group group) => group.Success ? double.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^(?:(\d{1,9}(?:\.\d{1,9})?)h)?(?:(\d{1,9}(?:\.\d{1,9})?)m)?(?:(\d{1,9}(?:\.\d{1,9})?)s)?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
