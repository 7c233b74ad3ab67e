using System.Security.Cryptography;

namespace PetBreeds.Pixels.Cache;

/// <summary>Detects whether a photo file has changed, without reading it: a different length or time counts as a change.</summary>
internal readonly record struct FileStamp(long Length, long ModifiedTicks)
{
    /// <returns>The stamp; null if the file does not exist.</returns>
    public static FileStamp? Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks) : null;
    }
}

/// <summary>
/// A photo in the cache: uint8 [Height, Width, 3] at Offset in the file Segment; or, if Bad is set, one that cannot be decoded.
/// </summary>
internal sealed record CachedPhoto(
    string Name, string Path, FileStamp Stamp, string Segment, long Offset, int Width, int Height, uint Checksum, string? Bad)
{
    public int Bytes => Width * Height * 3;

    /// <summary>Whether it is safe to use: pixels are read through a pointer, and names become paths.</summary>
    public bool IsSound => !Name.Contains('\0') && !Path.Contains('\0') && (Bad is not null
        || (Offset >= 0 && Width > 0 && Height > 0 && (long)Width * Height <= int.MaxValue / 3 && Offset <= long.MaxValue - Bytes
            && Segment.EndsWith(".pixels", StringComparison.Ordinal) && Segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '.')));

    public static CachedPhoto Without(PhotoSource photo, FileStamp stamp, string reason) =>
        new(photo.Name, photo.Path, stamp, "", 0, 0, 0, 0, reason);

    public bool IsOf(PhotoSource photo, FileStamp stamp) => Path == photo.Path && Stamp == stamp;
}

/// <summary>The index of a pixel cache: immutable, and stored with a checksum.</summary>
internal static class PixelCacheIndex
{
    private const uint Magic = 0x58504250; // "PBPX"
    private const int Version = 1;
    private const int SmallestEntry = 44; // bytes, with four empty strings

    public static byte[] Write(string settings, IReadOnlyCollection<CachedPhoto> photos)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(settings);
        writer.Write(photos.Count);
        foreach (var photo in photos)
            Write(writer, photo);
        writer.Flush();
        var hash = SHA256.HashData(memory.GetBuffer().AsSpan(0, (int)memory.Length));
        writer.Write(hash);
        writer.Flush();
        return memory.ToArray();
    }

    /// <returns>The photos; null if the bytes are incomplete, of another version or made with other settings.</returns>
    public static IReadOnlyList<CachedPhoto>? Read(byte[] bytes, string settings)
    {
        var body = bytes.Length - SHA256.HashSizeInBytes;
        if (body <= 0 || !SHA256.HashData(bytes.AsSpan(0, body)).AsSpan().SequenceEqual(bytes.AsSpan(body)))
            return null;
        using var reader = new BinaryReader(new MemoryStream(bytes, 0, body));
        try
        {
            return ReadPhotos(reader, settings);
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            return null; // the hash is right, but this was not written by any version of the program
        }
    }

    private static CachedPhoto[]? ReadPhotos(BinaryReader reader, string settings)
    {
        if (reader.ReadUInt32() != Magic || reader.ReadInt32() != Version || reader.ReadString() != settings)
            return null;
        var count = reader.ReadInt32();
        if (count < 0 || count > reader.BaseStream.Length / SmallestEntry)
            return null;
        var photos = new CachedPhoto[count];
        for (var i = 0; i < photos.Length; i++)
            if ((photos[i] = ReadPhoto(reader)) is { IsSound: false })
                return null;
        return photos.DistinctBy(p => p.Name).Count() == count ? photos : null;
    }

    private static void Write(BinaryWriter writer, CachedPhoto photo)
    {
        writer.Write(photo.Name);
        writer.Write(photo.Path);
        writer.Write(photo.Stamp.Length);
        writer.Write(photo.Stamp.ModifiedTicks);
        writer.Write(photo.Segment);
        writer.Write(photo.Offset);
        writer.Write(photo.Width);
        writer.Write(photo.Height);
        writer.Write(photo.Checksum);
        writer.Write(photo.Bad ?? "");
    }

    private static CachedPhoto ReadPhoto(BinaryReader reader) => new(
        reader.ReadString(), reader.ReadString(), new FileStamp(reader.ReadInt64(), reader.ReadInt64()), string.Intern(reader.ReadString()),
        reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadUInt32(), reader.ReadString() is { Length: > 0 } bad
            ? bad : null);
}
