using System.Buffers.Binary;

namespace PetBreeds.Pixels.Decoding;

/// <summary>Parses the structure of a JPEG (ITU-T T.81, annex B) without decoding it.</summary>
internal static class JpegStructure
{
    private const byte StartOfScan = 0xDA, EndOfImage = 0xD9;

    /// <summary>The name of a kind of JPEG that photo decoders do not support although the file is intact; null for all others.</summary>
    public static string? KindNotRead(ReadOnlySpan<byte> file)
    {
        for (var at = 2; Next(file, at) is var (marker, start, end) && marker != StartOfScan; at = end)
        {
            var body = file[start..end];
            if (marker == 0xF7)
                return "JPEG-LS";
            if (!IsFrame(marker) || body.Length < 6)
                continue;
            return marker switch
            {
                0xC3 or 0xCB => "lossless JPEG",
                0xC5 or 0xC6 or 0xC7 or 0xCD or 0xCE or 0xCF => "hierarchical JPEG",
                _ => body[0] is 12 or 16 ? $"{body[0]}-bit JPEG" : null,
            };
        }
        return null;
    }

    /// <summary>Whether the image has an end marker. What comes after it (a second image, a video, padding) is ignored.</summary>
    public static bool HasEnd(ReadOnlySpan<byte> file)
    {
        if (file.EndsWith((ReadOnlySpan<byte>)[0xFF, EndOfImage]))
            return true;
        for (var at = 2; Next(file, at) is var (marker, _, end); at = marker == StartOfScan ? SkipData(file, end) : end)
            if (marker == EndOfImage)
                return true;
        return false;
    }

    /// <summary>
    /// Whether its scans, if each is complete, contain all bits of all coefficients: a progressive JPEG that ends between two scans is
    /// blurred.
    /// </summary>
    public static bool HasAllScans(ReadOnlySpan<byte> file)
    {
        var missing = new Dictionary<byte, int[]>(); // component: for each of its 64 coefficients, the lowest bit still to come
        for (var at = 2; Next(file, at) is var (marker, start, end); at = marker == StartOfScan ? SkipData(file, end) : end)
        {
            var body = file[start..end];
            if (IsFrame(marker) && body.Length >= 6)
                for (var i = 6; i + 3 <= body.Length; i += 3)
                    missing[body[i]] = [.. Enumerable.Repeat(int.MaxValue, 64)];
            else if (marker == StartOfScan && body.Length >= 4 && body.Length >= (body[0] * 2) + 4)
            {
                var spectrum = body[((body[0] * 2) + 1)..];
                for (var i = 0; i < body[0]; i++)
                    if (missing.TryGetValue(body[1 + (i * 2)], out var bits))
                        for (var k = spectrum[0]; k <= Math.Min(spectrum[1], (byte)63); k++)
                            bits[k] = spectrum[2] & 15;
            }
        }
        return missing.Count > 0 && missing.Values.All(bits => bits.All(bit => bit == 0));
    }

    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    /// <summary>The segment at a position, after any padding; null at the end of the file or if there is none.</summary>
    private static Segment? Next(ReadOnlySpan<byte> file, int at)
    {
        while (at + 1 < file.Length && file[at] == 0xFF && file[at + 1] == 0xFF)
            at++;
        if (at + 2 > file.Length || file[at] != 0xFF)
            return null;
        var marker = file[at + 1];
        if (marker is 0x01 or (>= 0xD0 and <= EndOfImage))
            return new Segment(marker, at + 2, at + 2);
        if (at + 4 > file.Length)
            return null;
        var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        return length < 2 || at + 2 + length > file.Length ? null : new Segment(marker, at + 4, at + 2 + length);
    }

    /// <summary>The position of the marker that ends a scan's data: not a stuffed byte, restart marker or padding.</summary>
    private static int SkipData(ReadOnlySpan<byte> file, int at)
    {
        while (file[at..].IndexOf((byte)0xFF) is >= 0 and var found)
        {
            at += found;
            if (at + 1 < file.Length && file[at + 1] is not (0 or 0xFF or (>= 0xD0 and <= 0xD7)))
                return at;
            at++;
        }
        return file.Length;
    }

    /// <param name="Marker">Second byte of its marker.</param>
    /// <param name="Start">Start of its body.</param>
    /// <param name="End">End of its body.</param>
    private readonly record struct Segment(byte Marker, int Start, int End);
}
