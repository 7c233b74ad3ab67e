using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace PetBreeds.Runtime.Files;

/// <summary>
/// Writes a file atomically: under a temporary name next to it, flushed to disk, then renamed. Readers, even after a power failure, see
/// either the old file or the new one. A file that is not committed is deleted.
/// </summary>
internal sealed partial class AtomicFile : IDisposable
{
    private const int MostTries = 20, PauseMilliseconds = 50;

    private readonly string _path, _temporary;
    private bool _committed;

    /// <summary>Starts writing.</summary>
    /// <param name="path">The file to create or replace, in an existing folder.</param>
    /// <param name="shared">
    /// Whether several processes may write it concurrently; the last one wins. Otherwise, the second one is rejected, and the leftover of a
    /// killed process is overwritten by the next one instead of remaining forever.
    /// </param>
    /// <exception cref="IOException">The temporary file cannot be created; an UnauthorizedAccessException if access is denied.</exception>
    public AtomicFile(string path, bool shared = false)
    {
        _path = Path.GetFullPath(path);
        _temporary = shared ? $"{_path}.{Guid.NewGuid():n}.tmp" : _path + ".tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && ModeOf(_path) is { } mode)
            options.UnixCreateMode = mode | UnixFileMode.UserWrite; // a private file is private from its first byte on
        Stream = new FileStream(_temporary, options);
    }

    /// <summary>The stream for the content. It is not buffered: write large blocks.</summary>
    public FileStream Stream { get; }

    /// <summary>Writes a file; failures become errors the user can act on.</summary>
    /// <param name="path">The file to create or replace, in an existing folder.</param>
    /// <param name="what">A description of the file, to complete "... cannot be written".</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="remedy">What to do if it fails.</param>
    /// <exception cref="UserException">The file cannot be written; any existing file is untouched.</exception>
    public static void Write(string path, string what, Action<Stream> write, string remedy = WriteErrors.Remedy) =>
        WriteErrors.Guard(path, what, () => Replace(path, write), remedy);

    /// <summary>Writes a text file in UTF-8.</summary>
    /// <inheritdoc cref="Write"/>
    public static void WriteText(string path, string what, string text, string remedy = WriteErrors.Remedy) =>
        Write(path, what, stream => stream.Write(Encoding.UTF8.GetBytes(text)), remedy);

    /// <summary>The same as <see cref="Write"/>, for callers that distinguish errors.</summary>
    /// <param name="path">The file to create or replace, in an existing folder.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="shared">Whether several processes may write it concurrently.</param>
    /// <exception cref="IOException">The file cannot be written; any existing file is untouched.</exception>
    public static void Replace(string path, Action<Stream> write, bool shared = false)
    {
        using var file = new AtomicFile(path, shared);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Moves the file into place. It is on disk when this returns.</summary>
    /// <exception cref="IOException">The file cannot be written; any existing file is untouched.</exception>
    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        KeepMode();
        Stream.Dispose();
        Rename();
        _committed = true;
        FlushFolder(Path.GetDirectoryName(_path)!);
    }

    /// <summary>Deletes the file if it was not committed.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        if (_committed)
            return;
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report; the next attempt overwrites any leftover.
        }
    }

    /// <summary>Preserves permissions: a file that was made private, or writable for a group, stays so.</summary>
    private void KeepMode()
    {
        try
        {
            if (!OperatingSystem.IsWindows() && ModeOf(_path) is { } mode && mode != File.GetUnixFileMode(Stream.SafeFileHandle))
                File.SetUnixFileMode(Stream.SafeFileHandle, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file system without modes. The file was created with no more permissions than the old one.
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static UnixFileMode? ModeOf(string path)
    {
        try
        {
            return File.Exists(path) ? File.GetUnixFileMode(path) : null;
        }
        catch (IOException)
        {
            return null; // it has just been removed
        }
    }

    private void Rename()
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                File.Move(_temporary, _path, overwrite: true);
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && OperatingSystem.IsWindows() && attempt < MostTries)
            {
                Thread.Sleep(PauseMilliseconds); // another run or a virus scanner is reading the old file, which takes milliseconds
            }
    }

    /// <summary>
    /// On Unix, a rename is only on disk when its folder is. Otherwise a power failure could restore the old file, although what the new
    /// one replaced is already deleted. NTFS journals renames in order, and .NET cannot flush a folder there.
    /// </summary>
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var handle = new SafeFileHandle(Open(folder, flags: 0), ownsHandle: true); // O_RDONLY; .NET itself cannot open folders
        try
        {
            if (!handle.IsInvalid) // a folder may be writable but not readable
                RandomAccess.FlushToDisk(handle);
        }
        catch (IOException)
        {
            // Some file systems cannot; the file is nevertheless complete and in place.
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
