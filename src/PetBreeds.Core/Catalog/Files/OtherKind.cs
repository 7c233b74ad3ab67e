using System.Text;
using System.Text.Unicode;

namespace PetBreeds.Catalog.Files;

/// <summary>Names the kinds of files that are not pictures but occur among photos or are named like one.</summary>
internal static class OtherKind
{
    private static readonly (byte[] Start, string Name)[] Signatures =
    [
        .. new (string Start, string Name)[]
        {
            ("%PDF", "PDF document"), ("%!PS", "PostScript document"), ("PK\x03\x04", "ZIP archive"), ("Rar!", "RAR archive"),
            ("7z\xBC\xAF", "7-Zip archive"), ("\x1F\x8B", "gzip archive"), ("\x1A\x45\xDF\xA3", "video (Matroska or WebM)"),
            ("\0\0\x01\xBA", "video (MPEG)"), ("\0\0\x01\xB3", "video (MPEG)"), ("\xFF\xD8", "JPEG cut short"),
            ("\x89PNG", "PNG whose line endings were changed by a text-mode transfer"), ("\xEF\xBF\xBDPNG",
                "PNG that was converted as text"),
            ("\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", "file that was converted as text"), ("GIF8", "GIF cut short"),
        }.Select(entry => (Encoding.Latin1.GetBytes(entry.Start), entry.Name)),
    ];

    public static string? Of(ReadOnlySpan<byte> start)
    {
        foreach (var (signature, name) in Signatures)
            if (start.StartsWith(signature))
                return name;
        if (start.Length >= 8 && IsVideoBox(start[4..8]))
            return "video (MP4 or QuickTime)";
        if (start.Length >= 12 && start.StartsWith("RIFF"u8) && start[8..].StartsWith("AVI "u8))
            return "video (AVI)";
        if (!start.ContainsAnyExcept((byte)0))
            return "file of nothing but zero bytes";
        if (Text(start) is not { } text)
            return null;
        return text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || text.Contains("<html", StringComparison.OrdinalIgnoreCase)
            ? "web page" : text.Contains("/annex/objects/", StringComparison.Ordinal) ? "git-annex pointer (run git annex get)"
            : "text file";
    }

    /// <summary>The beginning as text, without leading white space; null if it is not text.</summary>
    public static string? Text(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return (start[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(start[2..]).TrimStart();
        var whole = start[..Math.Min(start.Length, FileKind.Length)];
        foreach (var b in whole)
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f'))
                return null;
        for (var cut = 0; cut < 4 && cut < whole.Length; cut++) // the bytes may end in the middle of a character
            if (Utf8.IsValid(whole[..^cut]))
                return Encoding.UTF8.GetString(whole[..^cut]).TrimStart('\uFEFF').TrimStart();
        return null;
    }

    private static bool IsVideoBox(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("ftyp"u8) || type.SequenceEqual("moov"u8) || type.SequenceEqual("mdat"u8) || type.SequenceEqual("wide"u8);
}
