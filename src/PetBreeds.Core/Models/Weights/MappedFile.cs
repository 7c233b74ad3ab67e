using System.IO.MemoryMappedFiles;
using PetBreeds.Catalog.Files;

namespace PetBreeds.Models.Weights;

/// <summary>A read-only file mapped into memory: every access is checked against its length, and every error names it.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private const string FetchAgain = "Download or save the file again.";

    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _start;

    private MappedFile(string path, FileStream stream)
    {
        Path = path;
        Length = stream.Length;
        _map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public string Path { get; }

    /// <summary>Length in bytes.</summary>
    public long Length { get; }

    /// <exception cref="UserException">The file is missing, empty, a pipe or a device, or cannot be read.</exception>
    public static MappedFile Open(string path)
    {
        FileStream? stream = null;
        try
        {
            if (SpecialFile.Is(path))
            {
                throw new UserException("this is a pipe, a socket or a device, but weights are read from a file", path,
                    "Save them to a file first.");
            }
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
            if (stream.Length == 0)
                throw new UserException("the weight file is empty", path, FetchAgain);
            return new MappedFile(path, stream);
        }
        catch (Exception e)
        {
            stream?.Dispose();
            if (e is FileNotFoundException or DirectoryNotFoundException)
                throw new UserException("there is no such weight file", path, "Check the path.", e);
            if (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
                throw new UserException($"the weight file cannot be read: {e.Message}", path, "Check the path and its permissions.", e);
            throw;
        }
    }

    /// <summary>The bytes from <paramref name="offset"/> on; valid until the file is disposed.</summary>
    /// <exception cref="UserException">The bytes are outside the file.</exception>
    public ReadOnlySpan<byte> Slice(long offset, int length) => new(At(offset, length), length);

    /// <summary>The address of <paramref name="length"/> bytes that must lie inside the file.</summary>
    /// <exception cref="UserException">They do not lie inside the file.</exception>
    public byte* At(long offset, long length)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        if (offset < 0 || length < 0 || offset > Length - length)
            throw Damaged($"names {length} bytes at offset {offset}, but the file has {Length}");
        return _start + offset;
    }

    /// <summary>Creates the error for a damaged or malicious file.</summary>
    public UserException Damaged(string what) => new($"the weight file is damaged: it {what}", Path, FetchAgain);

    /// <summary>Text from the file, shortened and made printable, for messages.</summary>
    public static string Quote(string text)
    {
        var shown = string.Concat((text.Length > 80 ? text[..80] + "…" : text).Select(c => char.IsControl(c) ? '?' : c));
        return $"`{shown}`";
    }

    public void Dispose()
    {
        if (_start is null)
            return;
        _start = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }
}
