using PetBreeds.Runtime;

namespace PetBreeds.Catalog.Files;

/// <summary>
/// Knows what this program writes, so that it is never learned from: run folders, the cache folder, and pictures, which carry its name
/// where the formats have room for it.
/// </summary>
internal static class OwnOutput
{
    public const string Run = "a petbreeds run";
    public const string Cache = "petbreeds' cache";
    public const string Picture = "a picture that petbreeds drew";

    /// <summary>Pictures carry their mark within so many bytes from the start.</summary>
    public const int MarkedWithin = 128;

    private static readonly string[] OfRuns = ["environment.json", "history.csv", "model.safetensors", "checkpoint"];

    /// <summary>A chunk of a PNG: length, kind, the registered keyword Software with its value, and checksum.</summary>
    private static readonly byte[] PngMark = [0, 0, 0, 18, .. "tEXtSoftware\0petbreeds"u8];

    /// <summary>CRC-32 of the chunk's kind and content.</summary>
    private static readonly byte[] PngChecksum = [0x1B, 0xFD, 0x97, 0x15];

    /// <summary>A comment of a JPEG: its marker, its length with these two bytes, and text.</summary>
    private static readonly byte[] JpegMark = [0xFF, 0xFE, 0, 20, .. "Software\0petbreeds"u8];

    /// <summary>Whether a reason to leave something out is that this program wrote it.</summary>
    public static bool Is(string reason) => reason is Run or Cache or Picture;

    /// <summary>Whether a folder is of a run.</summary>
    /// <param name="names">Of what lies in it.</param>
    public static bool IsRun(IReadOnlySet<string> names) => names.Contains("config.yaml") && OfRuns.Any(names.Contains);

    /// <summary>Whether a folder is the program's cache.</summary>
    /// <param name="realPath">Without symbolic links.</param>
    public static bool IsCache(string realPath) => realPath == RealPath.Of(CacheFolder.Root);

    /// <summary>Whether a picture carries the mark.</summary>
    /// <param name="start">Its first <see cref="MarkedWithin"/> bytes.</param>
    public static bool IsMarked(ReadOnlySpan<byte> start) => start.IndexOf(PngMark) >= 0 || start.IndexOf(JpegMark) >= 0;

    /// <summary>The same of a file.</summary>
    public static bool IsMarkedFile(string path)
    {
        Span<byte> start = stackalloc byte[MarkedWithin];
        using var file = File.OpenHandle(path);
        return IsMarked(start[..RandomAccess.Read(file, start, 0)]);
    }

    /// <summary>A PNG or JPEG file with the mark.</summary>
    /// <param name="file">As encoded: a PNG begins with a header of 33 bytes, a JPEG with its JFIF segment of 20.</param>
    public static byte[] Marked(ReadOnlySpan<byte> file)
    {
        const int PngHeader = 33;
        const int JfifHeader = 20;
        if (file[0] != 0xFF)
            return [.. file[..PngHeader], .. PngMark, .. PngChecksum, .. file[PngHeader..]];
        var header = file[3] == 0xE0 ? JfifHeader : 2;
        return [.. file[..header], .. JpegMark, .. file[header..]];
    }
}
