using System.Text;
using System.Text.RegularExpressions;

namespace PetBreeds.Runtime;

/// <summary>Tells bytes that are UTF-8 from bytes of another encoding that only happen to be valid UTF-8.</summary>
internal static partial class Utf8Text
{
    /// <summary>Whether it can be UTF-8 text: valid, and without null bytes, of which UTF-16 is full.</summary>
    public static bool MayBe(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes) && !bytes.Contains((byte)0);

    /// <summary>
    /// Whether bytes that are said to be in another encoding are UTF-8. In one of a byte a character, text that is valid UTF-8 by chance is
    /// no words. In one of several (GBK, Shift-JIS), single characters are valid UTF-8, too: 一 in GBK is the Cyrillic һ in UTF-8. So it is
    /// taken for UTF-8 only where it means nothing in that encoding, or where as UTF-8 it has what bytes do not give by chance: a Latin
    /// letter with an accent beside one without (café), three letters of two bytes in a row (кот), or two or more characters of three bytes
    /// (猫 twice).
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
