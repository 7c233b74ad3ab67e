using System.Buffers.Binary;
using System.Text;

namespace PetBreeds.Models.Weights;

/// <summary>
/// Locates the stored entries of a zip file (PKWARE APPNOTE 6.3.10, with zip64). PyTorch never compresses weights, so entries can be read
/// in place; <see cref="System.IO.Compression.ZipArchive"/> does not reveal where they are.
/// </summary>
internal sealed class ZipDirectory
{
    private const uint LocalHeader = 0x04034b50, CentralHeader = 0x02014b50, End = 0x06054b50, End64 = 0x06064b50, Locator64 = 0x07064b50;
    private const int LocalSize = 30, CentralSize = 46, EndSize = 22, End64Size = 56, Locator64Size = 20;
    private const uint Elsewhere32 = 0xFFFFFFFF;

    private readonly MappedFile _file;
    private readonly long _start;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    private readonly record struct Entry(long Header, long Length, int Method, bool Encrypted);

    private ZipDirectory(MappedFile file, long start) => (_file, _start) = (file, start);

    /// <summary>The entries' full names, '/'-separated.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <exception cref="UserException">The directory is missing or damaged.</exception>
    public static ZipDirectory Read(MappedFile file)
    {
        var end = FindEnd(file);
        var (count, size, start) = Bounds(file, end);
        if (start < 0 || size < 0 || size > int.MaxValue || start > end - size || count > size / CentralSize)
            throw file.Damaged($"has a zip directory of {count} entries in {size} bytes at offset {start}, which is impossible");

        var directory = new ZipDirectory(file, start);
        var rest = file.Slice(start, (int)size);
        for (long i = 0; i < count; i++)
            rest = directory.Add(rest);
        return directory;
    }

    /// <summary>Offset and length of an entry's bytes, or null if there is no such entry.</summary>
    /// <exception cref="UserException">The entry is compressed, encrypted or damaged, or its bytes lie outside the file.</exception>
    public (long Start, long Length)? Find(string name)
    {
        if (!_entries.TryGetValue(name, out var entry))
            return null;
        if (entry.Method != 0 || entry.Encrypted)
        {
            var how = entry.Encrypted ? "encrypted" : $"compressed (method {entry.Method})";
            throw new UserException($"the zip entry {MappedFile.Quote(name)} is {how}, which PyTorch never does to weights", _file.Path,
                "If this is a zip of a weight file, unpack it first.");
        }
        var header = _file.Slice(entry.Header, LocalSize);
        var nameLength = U16(header, 26);
        var start = entry.Header + LocalSize + nameLength + U16(header, 28);
        if (U32(header, 0) != LocalHeader || !_file.Slice(entry.Header + LocalSize, nameLength).SequenceEqual(Encoding.UTF8.GetBytes(name)))
            throw _file.Damaged($"has no zip entry {MappedFile.Quote(name)} where its directory says");
        if (start > _start - entry.Length)
            throw _file.Damaged($"holds the zip entry {MappedFile.Quote(name)} of {entry.Length} bytes, which extends beyond the file");
        return (start, entry.Length);
    }

    private static long FindEnd(MappedFile file)
    {
        var length = (int)Math.Min(file.Length, EndSize + ushort.MaxValue);
        var tail = file.Slice(file.Length - length, length);
        for (var at = length - EndSize; at >= 0; at--)
        {
            if (U32(tail, at) == End && U16(tail, at + 20) == length - at - EndSize)
                return file.Length - length + at;
        }
        throw file.Damaged("is cut short: the directory at the end of its zip archive is missing");
    }

    private static (long Count, long Size, long Start) Bounds(MappedFile file, long end)
    {
        var record = file.Slice(end, EndSize);
        if (end < Locator64Size || U32(file.Slice(end - Locator64Size, Locator64Size), 0) != Locator64)
            return (U16(record, 10), U32(record, 12), U32(record, 16));
        var record64 = file.Slice(I64(file.Slice(end - Locator64Size, Locator64Size), 8), End64Size);
        if (U32(record64, 0) != End64)
            throw file.Damaged("has no zip64 directory where its end says");
        return (I64(record64, 32), I64(record64, 40), I64(record64, 48));
    }

    /// <summary>Adds the entry described at the start of <paramref name="rest"/>; returns what follows it.</summary>
    private ReadOnlySpan<byte> Add(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < CentralSize || U32(rest, 0) != CentralHeader)
            throw _file.Damaged("has a broken zip directory");
        int nameLength = U16(rest, 28), extraLength = U16(rest, 30), commentLength = U16(rest, 32);
        if (rest.Length < CentralSize + nameLength + extraLength + commentLength)
            throw _file.Damaged("has a broken zip directory");

        var name = Encoding.UTF8.GetString(rest.Slice(CentralSize, nameLength));
        var extra = rest.Slice(CentralSize + nameLength, extraLength);
        var (packed, length, header) = Widen(U32(rest, 20), U32(rest, 24), U32(rest, 42), extra);
        var entry = new Entry(header, length, U16(rest, 10), (U16(rest, 8) & 1) != 0);
        if ((packed != length && entry is { Method: 0, Encrypted: false }) || length < 0 || header < 0 || !_entries.TryAdd(name, entry))
            throw _file.Damaged($"has a contradictory zip entry {MappedFile.Quote(name)}");
        return rest[(CentralSize + nameLength + extraLength + commentLength)..];
    }

    /// <summary>Reads the zip64 values, which the extra field 0x0001 contains only for values that are 0xFFFFFFFF, in this order.</summary>
    private (long Packed, long Length, long Header) Widen(long packed, long length, long header, ReadOnlySpan<byte> extra)
    {
        if (packed != Elsewhere32 && length != Elsewhere32 && header != Elsewhere32)
            return (packed, length, header);
        while (extra.Length >= 4)
        {
            var (id, size) = (U16(extra, 0), U16(extra, 2));
            var body = extra[4..];
            if (size > body.Length)
                break;
            extra = body[size..];
            body = body[..size];
            if (id != 1)
                continue;
            length = Take(length, ref body);
            packed = Take(packed, ref body);
            return (packed, length, Take(header, ref body));
        }
        throw _file.Damaged("has a broken zip64 entry");
    }

    private long Take(long value, ref ReadOnlySpan<byte> body)
    {
        if (value != Elsewhere32)
            return value;
        if (body.Length < 8)
            throw _file.Damaged("has a broken zip64 entry");
        value = I64(body, 0);
        body = body[8..];
        return value;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long I64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
