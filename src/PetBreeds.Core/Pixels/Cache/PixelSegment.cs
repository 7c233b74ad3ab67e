using System.IO.MemoryMappedFiles;
using System.Numerics;
using System.Runtime.InteropServices;

namespace PetBreeds.Pixels.Cache;

/// <summary>A file of raw pixels mapped into memory for reading.</summary>
internal sealed unsafe partial class PixelSegment : IDisposable
{
    private const int DontNeed = 4; // MADV_DONTNEED

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    /// <exception cref="IOException">The file is missing or cannot be mapped.</exception>
    public PixelSegment(string path)
    {
        // Others may add to the folder and remove old segments while this one is mapped.
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Length = stream.Length;
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>Length when it was mapped; a segment being written keeps growing.</summary>
    public long Length { get; }

    public ReadOnlySpan<byte> Bytes(long offset, int count) => new(_start + _view.PointerOffset + offset, count);

    /// <summary>
    /// Removes pages that have been read from this process's memory; the system still caches them as long as nothing else needs the space.
    /// Otherwise a training would appear to use as much memory as its pixels. Only on Linux; elsewhere, it does nothing.
    /// </summary>
    public void Release(long offset, int count)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var page = Environment.SystemPageSize;
        var start = (nint)(_start + _view.PointerOffset + offset);
        var aligned = start & ~(page - 1);
        _ = Advise(aligned, (nuint)(start + count - aligned), DontNeed); // only advice: results do not depend on it
    }

    /// <summary>CRC-32C, which the CPU computes at several GB/s.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            crc = BitOperations.Crc32C(crc, word);
        foreach (var b in bytes[(bytes.Length & ~7)..])
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
