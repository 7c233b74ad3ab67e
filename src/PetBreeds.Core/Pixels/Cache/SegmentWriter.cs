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

    /// <summary>Bytes given out so far.</summary>
    public long Length => Interlocked.Read(ref _end);

    /// <returns>The offset the bytes were written at.</returns>
    /// <exception cref="UserException">The disk is full or does not take them.</exception>
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

    /// <summary>Reads what was written before.</summary>
    /// <exception cref="UserException">The file was cut short, or the disk fails.</exception>
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

    /// <summary>An index may name only what is on the disk: otherwise a power cut leaves it pointing at zeros.</summary>
    public void Flush() => RandomAccess.FlushToDisk(_file);

    /// <summary>Has the file removed when it is closed.</summary>
    public void Discard() => _discarded = true;

    /// <summary>Closes the file; one without photos is removed.</summary>
    public void Dispose()
    {
        _file.Dispose();
        if (_discarded || Length == 0)
            File.Delete(Path.Combine(_folder, Name));
    }
}
