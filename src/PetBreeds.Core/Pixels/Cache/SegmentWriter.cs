using Microsoft.Win32.SafeHandles;

namespace PetBreeds.Pixels.Cache;

/// <summary>Writes photos one after another into a new segment, from several threads.</summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _folder;
    private long _end;
    private bool _discarded;

    public SegmentWriter(PixelStore store)
    {
        Name = PixelStore.NewSegment();
        _folder = store.Folder;
        _file = File.OpenHandle(store.SegmentPath(Name), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    public string Name { get; }

    /// <summary>Number of bytes allocated so far.</summary>
    public long Length => Interlocked.Read(ref _end);

    /// <returns>The offset at which the bytes were written.</returns>
    /// <exception cref="UserException">The disk is full or cannot be written to.</exception>
    public long Append(ReadOnlySpan<byte> bytes)
    {
        var offset = Interlocked.Add(ref _end, bytes.Length) - bytes.Length;
        try
        {
            RandomAccess.Write(_file, bytes, offset);
            return offset;
        }
        catch (IOException e)
        {
            throw PixelStore.WriteFailed(_folder, e);
        }
    }

    /// <summary>Reads bytes that were written before.</summary>
    /// <exception cref="UserException">The file was truncated, or the disk failed.</exception>
    public void Read(long offset, Span<byte> bytes)
    {
        try
        {
            for (var done = 0; done < bytes.Length;)
                done += RandomAccess.Read(_file, bytes[done..], offset + done) is > 0 and var read
                    ? read
                    : throw new EndOfStreamException("the file was cut short");
        }
        catch (IOException e)
        {
            throw new UserException($"presized photos cannot be read back: {e.Message}", _folder,
                "Start the program again: it will create them again.", e);
        }
    }

    /// <summary>
    /// Flushes to disk: an index may only refer to data on the disk, or a power failure could leave it pointing at zeros.
    /// </summary>
    public void Flush() => RandomAccess.FlushToDisk(_file);

    /// <summary>Marks the file to be deleted when it is closed.</summary>
    public void Discard() => _discarded = true;

    /// <summary>Closes the file; a file without photos is deleted.</summary>
    public void Dispose()
    {
        _file.Dispose();
        if (_discarded || Length == 0)
            File.Delete(Path.Combine(_folder, Name));
    }
}
