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

    /// <exception cref="IOException">The file is gone or cannot be mapped.</exception>
    public PixelSegment(string path)
    {
        // Others may add to the folder and remove old segments while this one is mapped.
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Length = stream.Length;
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>What was there when it was mapped; a segment that is being written grows on.</summary>
    public long Length { get; }

    public ReadOnlySpan<byte> Bytes(long offset, int count) => new(_start + _view.PointerOffset + offset, count);

    /// <summary>
    /// Takes pages that were read out of this process's memory; the system keeps them for as long as nobody else needs the space. Without
    /// it a training would seem to need as much memory as its pixels. Linux; elsewhere it does nothing.
    /// </summary>
    public void Release(long offset, int count)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var page = Environment.SystemPageSize;
        var start = (nint)(_start + _view.PointerOffset + offset);
        var aligned = start & ~(page - 1);
        _ = Advise(aligned, (nuint)(start + count - aligned), DontNeed); // advice: whether it is taken changes no result
    }

    /// <summary>CRC-32C, which the processor computes at several GB/s.</summary>
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
