using System.Text;

namespace PetBreeds.Runtime;

/// <summary>
/// Reads text files written by people and other programs. An invalid byte is never replaced by �, because names would change, and different
/// ones might become equal.
/// </summary>
internal static class TextFile
{
    /// <summary>Examples of encodings, for messages.</summary>
    public const string Encodings = "windows-1252, iso-8859-15, macintosh, shift_jis, gb18030, euc-kr, koi8-r, utf-16";

    /// <summary>The remedy for files whose encoding cannot be named.</summary>
    public const string SaveAsUtf8 = "Save it as UTF-8.";

    /// <summary>The replacement character that programs substitute for invalid bytes.</summary>
    public const char Lost = '\uFFFD';

    private const string Guess = "windows-1252"; // the most common one, in which every byte is valid
    private const int ShownCharacters = 60;

    private static readonly (byte[] Mark, string Name)[] Marks =
    [
        ([0xEF, 0xBB, 0xBF], "utf-8"), ([0xFF, 0xFE, 0, 0], "utf-32"), ([0, 0, 0xFE, 0xFF], "utf-32BE"),
        ([0xFF, 0xFE], "utf-16"), ([0xFE, 0xFF], "utf-16BE"),
    ];

    /// <summary>Reads the text, without a byte-order mark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="encoding">
    /// The name of its encoding (see <see cref="Named"/>); null for UTF-8. A byte-order mark overrides either.
    /// </param>
    /// <param name="remedy">What to do if it is not UTF-8; null for naming the encoding.</param>
    /// <exception cref="UserException">A byte is invalid in the encoding; the message names the line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public static string Read(string path, string? encoding = null, string? remedy = null) =>
        Text(File.ReadAllBytes(path), path, encoding, remedy);

    /// <summary>Reads the text of a list: in UTF-8, if this program may have written it, otherwise in the named encoding.</summary>
    /// <exception cref="UserException">See <see cref="Read"/>.</exception>
    public static string ReadList(string path, string? encoding, string? remedy = null)
    {
        var bytes = File.ReadAllBytes(path);
        return Text(bytes, path, Utf8Text.MayBe(bytes) ? null : encoding, remedy);
    }

    /// <summary>Reads the lines of <see cref="ReadList"/>.</summary>
    public static IEnumerable<string> Lines(string path, string? encoding = null, string? remedy = null)
    {
        using var text = new StringReader(ReadList(path, encoding, remedy));
        while (text.ReadLine() is { } line)
            yield return line;
    }

    private static string Text(byte[] bytes, string path, string? encoding, string? remedy)
    {
        var (mark, marked) = Array.Find(Marks, known => bytes.AsSpan().StartsWith(known.Mark));
        var body = bytes.AsSpan(mark?.Length ?? 0);
        var name = marked ?? encoding ?? "utf-8";
        var decoder = Named(name);
        if (marked is null && encoding is not null && Utf8Text.Is(body, decoder))
            throw new UserException($"this file is UTF-8, not {encoding}", path,
                "Leave out `encoding`. If it only seems to be, save it as UTF-8 where it was written.");
        if (marked is null && encoding is null && body.IndexOf((byte)0) is var nul and >= 0)
            throw new UserException(
                $"line {Line(body[..nul])} contains null bytes: this is not UTF-8 text, perhaps UTF-16 without a byte-order mark", path,
                remedy ?? $"Save it as UTF-8, or name its encoding: `encoding {(nul % 2 == 1 ? "utf-16" : "utf-16BE")}`."); // upper halves
        return Decode(body, decoder, name, path, remedy);
    }

    /// <summary>
    /// Returns an encoding that throws on invalid bytes, by its IANA name, its Python name (cp1252, latin-1) or its code page. Latin-1
    /// means windows-1252, as in the WHATWG's Encoding Standard: the 32 characters that differ are control characters that no text
    /// contains.
    /// </summary>
    /// <exception cref="FormatException">There is no encoding of that name.</exception>
    public static Encoding Named(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var known = name.Trim().ToLowerInvariant().Replace(' ', '-').Replace("latin-", "latin") switch
        {
            "latin1" or "l1" or "iso-8859-1" or "iso8859-1" or "ansi" => Guess,
            "utf8" or "utf-8-sig" => "utf-8",
            "utf16" or "utf-16-le" or "utf-16le" => "utf-16",
            "utf-16-be" => "utf-16BE",
            "sjis" or "shift-jis" => "shift_jis",
            "mac-roman" or "macroman" or "mac" => "macintosh",
            var other when other.StartsWith("cp", StringComparison.Ordinal) => other[2..],
            var other => other,
        };
        var (encoder, decoder) = (EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        try
        {
            return int.TryParse(known, out var page)
                ? CodePagesEncodingProvider.Instance.GetEncoding(page, encoder, decoder) ?? Encoding.GetEncoding(page, encoder, decoder)
                : CodePagesEncodingProvider.Instance.GetEncoding(known, encoder, decoder) ?? Encoding.GetEncoding(known, encoder, decoder);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"'{name}' is not the name of an encoding; use one such as {Encodings}", e);
        }
    }

    private static string Decode(ReadOnlySpan<byte> bytes, Encoding encoding, string name, string path, string? remedy)
    {
        try
        {
            return encoding.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            // The index may point to a later byte of the character; the bytes before it are text.
            var line = Line(bytes[..Math.Clamp(e.Index, 0, bytes.Length)]);
            var isUtf8 = encoding is UTF8Encoding;
            var said = isUtf8 ? $"UTF-8; in {Guess} it would be '{Shown(bytes, line)}'" : name;
            throw new UserException($"line {line} is not {said}", path, remedy ?? (isUtf8
                ? $"Save it as UTF-8, or name its encoding, for example `encoding {Guess}`."
                : $"Name another encoding, such as {Encodings}."), e);
        }
    }

    private static string Shown(ReadOnlySpan<byte> bytes, int line)
    {
        while (line-- > 1)
            bytes = bytes[(bytes.IndexOf((byte)'\n') + 1)..];
        var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
        var text = CodePagesEncodingProvider.Instance.GetEncoding(Guess)!.GetString(end < 0 ? bytes : bytes[..end]);
        return text.Length > ShownCharacters ? text[..ShownCharacters] + "…" : text;
    }

    private static int Line(ReadOnlySpan<byte> before) => before.Count((byte)'\n') + 1;
}
