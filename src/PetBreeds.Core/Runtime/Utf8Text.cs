using System.Text;
using System.Text.RegularExpressions;

namespace PetBreeds.Runtime;

/// <summary>Distinguishes UTF-8 from other encodings whose bytes only happen to be valid UTF-8.</summary>
internal static partial class Utf8Text
{
    /// <summary>Whether the bytes can be UTF-8 text: valid, and without null bytes, which are frequent in UTF-16.</summary>
    public static bool MayBe(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes) && !bytes.Contains((byte)0);

    /// <summary>
    /// Whether bytes declared to be in another encoding are actually UTF-8. In a single-byte encoding, text that is valid UTF-8 by chance
    /// is not words. In a multi-byte encoding (GBK, Shift-JIS), single characters may also be valid UTF-8: 一 in GBK is the Cyrillic һ in
    /// UTF-8. So bytes only count as UTF-8 if they are invalid in the declared encoding, or if as UTF-8 they contain what does not arise by
    /// chance: an accented Latin letter next to an unaccented one (café), three two-byte letters in a row (кот), or two or more three-byte
    /// characters (猫 twice).
    /// </summary>
    public static bool Is(ReadOnlySpan<byte> bytes, Encoding said)
    {
        if (said is UTF8Encoding or UnicodeEncoding or UTF32Encoding || Ascii.IsValid(bytes) || !MayBe(bytes))
            return false;
        return said.IsSingleByte || !Means(bytes, said) || Telling().IsMatch(Encoding.UTF8.GetString(bytes));
    }

    private static bool Means(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        try
        {
            _ = encoding.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"[A-Za-z][\u00C0-\u024F\u0300-\u036F]|[\u00C0-\u024F][A-Za-z]|[\u00C0-\u07FF]{3}"
        + @"|[\u0800-\uFFFF][\u0000-\u07FF]*[\u0800-\uFFFF]")]
    private static partial Regex Telling();
}
