using System.Buffers.Binary;

namespace PetBreeds.Catalog.Files;

/// <summary>Identifies kinds of pictures by their first bytes.</summary>
internal static class PictureKind
{
    /// <summary>Signatures of unsupported kinds, each at the start of the file, as Latin-1.</summary>
    private static readonly (byte[] Start, string Name)[] Signatures =
    [
        .. new (string Start, string Name)[]
        {
            ("FUJIFILMCCD-RAW", "camera raw (Fujifilm RAF)"), ("IIRO", "camera raw (Olympus ORF)"), ("IIRS", "camera raw (Olympus ORF)"),
            ("MMOR", "camera raw (Olympus ORF)"), ("IIU\0", "camera raw (Panasonic RW2)"), ("FOVb", "camera raw (Sigma X3F)"),
            ("\0MRM", "camera raw (Minolta MRW)"), ("II\x1A\0\0\0HEAPCCDR", "camera raw (Canon CRW)"),
            ("\0\0\0\fJXL ", "JPEG XL"), ("\xFF\n", "JPEG XL"), ("\0\0\0\fjP  ", "JPEG 2000"), ("\xFFO\xFFQ", "JPEG 2000"),
            ("II\xBC\x01", "JPEG XR"), ("8BPS", "Photoshop (PSD)"), ("gimp xcf", "GIMP (XCF)"), ("\0\0\x01\0", "ICO"),
            ("\0\0\x02\0", "cursor (CUR)"), ("icns", "icon (ICNS)"), ("\x8AMNG", "MNG"), ("\x8BJNG", "JNG"), ("v/1\x01", "OpenEXR"),
            ("#?RADIANCE", "Radiance HDR"), ("DDS ", "DDS"), ("qoif", "QOI"), ("BPG\xFB", "BPG"), ("FLIF", "FLIF"),
            ("AT&TFORM", "DjVu"), ("SIMPLE  =", "FITS"), ("\xD7\xCD\xC6\x9A", "WMF"),
        }.Select(entry => (System.Text.Encoding.Latin1.GetBytes(entry.Start), entry.Name)),
    ];

    public static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>
    /// A known kind of picture that not every decoder supports; null if it is not a picture or is damaged beyond recognition.
    /// </summary>
    public static string? Of(ReadOnlySpan<byte> start)
    {
        if (IsCgBi(start))
            return "PNG optimised by Xcode (CgBI)";
        if (start.Length >= 12 && start[4..8].SequenceEqual("ftyp"u8))
            return Iso(start);
        if (TiffKind.Of(start) is { } tiff)
            return tiff;
        foreach (var (signature, name) in Signatures)
            if (start.StartsWith(signature) && !(name == "ICO" && !IsIcon(start)))
                return name;
        if (start.Length >= 132 && start[128..].StartsWith("DICM"u8))
            return "DICOM";
        return start.Length >= 3 && start[0] == 'P' && start[1] is >= (byte)'1' and <= (byte)'7'
            && start[2] is (byte)'\n' or (byte)'\r' or (byte)' '
            ? "PNM" : Svg(start);
    }

    /// <summary>Whether it is a PNG whose first chunk is Apple's own, so that its data is no longer standard PNG.</summary>
    public static bool IsCgBi(ReadOnlySpan<byte> start) =>
        start.Length >= 16 && start.StartsWith(PngSignature) && start[12..16].SequenceEqual("CgBI"u8);

    /// <summary>
    /// Too many texts start with "BM": the pixels must also start after the headers, and the second header must have a valid length. The
    /// two reserved fields in between may contain anything.
    /// </summary>
    public static bool IsBmp(ReadOnlySpan<byte> start)
    {
        if (!start.StartsWith("BM"u8) || start.Length < 14)
            return false;
        var pixels = BinaryPrimitives.ReadUInt32LittleEndian(start[10..]);
        if (start.Length < 18)
            return pixels >= 26 && BinaryPrimitives.ReadUInt32LittleEndian(start[6..]) == 0;
        var header = BinaryPrimitives.ReadUInt32LittleEndian(start[14..]);
        return header is >= 12 and <= 124 && pixels >= 14 + header;
    }

    /// <summary>At least one entry, whose reserved byte is 0: other files also start with two zero bytes and a one.</summary>
    private static bool IsIcon(ReadOnlySpan<byte> start) =>
        start.Length >= 22 && BinaryPrimitives.ReadUInt16LittleEndian(start[4..]) is > 0 and < 256 && start[9] == 0;

    /// <summary>Files of boxes (ISO/IEC 14496-12): the brand, then the compatible brands. Videos are not pictures.</summary>
    private static string? Iso(ReadOnlySpan<byte> start)
    {
        var length = Math.Clamp(BinaryPrimitives.ReadUInt32BigEndian(start), 12, (uint)start.Length);
        var heif = false;
        for (var at = 8; at + 4 <= length; at += at == 8 ? 8 : 4) // the brand's version is in between
        {
            var brand = start.Slice(at, 4);
            if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
                return "AVIF";
            if (brand.SequenceEqual("crx "u8))
                return "camera raw (Canon CR3)";
            if (brand.SequenceEqual("jxl "u8))
                return "JPEG XL";
            if (brand.SequenceEqual("jp2 "u8) || brand.SequenceEqual("jpx "u8))
                return "JPEG 2000";
            heif |= brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8) || brand.SequenceEqual("mif1"u8)
                || brand.SequenceEqual("msf1"u8);
        }
        return heif ? "HEIC" : null;
    }

    private static string? Svg(ReadOnlySpan<byte> start)
    {
        var text = OtherKind.Text(start);
        return text is not null && text.StartsWith('<') && text.Contains("<svg", StringComparison.OrdinalIgnoreCase)
            && !text.Contains("<html", StringComparison.OrdinalIgnoreCase) ? "SVG" : null;
    }
}
