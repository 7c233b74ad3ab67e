using PetBreeds.Runtime;

namespace PetBreeds.Catalog.Files;

/// <summary>
/// Recognises this program's own output, so that it is never used for training: run folders, the cache folder, and pictures, which carry
/// its name if the format allows it.
/// </summary>
internal static class OwnOutput
{
    public const string Run = "a petbreeds run";
    public const string Cache = "petbreeds' cache";
    public const string Picture = "a picture that petbreeds drew";

    /// <summary>Pictures carry their mark within this many bytes from the start.</summary>
    public const int MarkedWithin = 128;

    private static readonly string[] OfRuns = ["environment.json", "history.csv", "model.safetensors", "checkpoint"];

    /// <summary>A PNG chunk, without its checksum: length, type, and the registered keyword Software with its value.</summary>
    private static readonly byte[] PngMark = [0, 0, 0, 18, .. "tEXtSoftware\0petbreeds"u8];

    /// <summary>CRC-32 of the chunk's type and content.</summary>
    private static readonly byte[] PngChecksum = [0x1B, 0xFD, 0x97, 0x15];

    /// <summary>A JPEG comment: marker, length including these two bytes, and text.</summary>
    private static readonly byte[] JpegMark = [0xFF, 0xFE, 0, 20, .. "Software\0petbreeds"u8];

    /// <summary>Whether a reason to leave something out is that this program wrote it.</summary>
    public static bool Is(string reason) => reason is Run or Cache or Picture;

    /// <summary>Whether a folder is a run folder.</summary>
    /// <param name="names">Names of its entries.</param>
    public static bool IsRun(IReadOnlySet<string> names) => names.Contains("config.yaml") && OfRuns.Any(names.Contains);

    /// <summary>Whether a folder is the program's cache.</summary>
    /// <param name="realPath">Path without symbolic links.</param>
    public static bool IsCache(string realPath) => realPath == RealPath.Of(CacheFolder.Root);

    /// <summary>Whether a picture carries the mark.</summary>
    /// <param name="start">Its first <see cref="MarkedWithin"/> bytes.</param>
    public static bool IsMarked(ReadOnlySpan<byte> start) => start.IndexOf(PngMark) >= 0 || start.IndexOf(JpegMark) >= 0;

    /// <summary>The same for a file.</summary>
    public static bool IsMarkedFile(string path)
    {
        Span<byte> start = stackalloc byte[MarkedWithin];
        using var file = File.OpenHandle(path);
        return IsMarked(start[..RandomAccess.Read(file, start, 0)]);
    }

    /// <summary>Returns a PNG or JPEG file with the mark added.</summary>
    /// <param name="file">The encoded file: a PNG starts with a header of 33 bytes, a JPEG with a JFIF segment of 20.</param>
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
