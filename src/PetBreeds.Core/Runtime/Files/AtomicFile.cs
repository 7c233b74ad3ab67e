using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace PetBreeds.Runtime.Files;

/// <summary>
/// Writes a file whole or not at all: beside its place, flushed to the disk, then renamed. Whoever reads it, even after a power cut, finds
/// the old file or the new one. What was not committed is deleted.
/// </summary>
internal sealed partial class AtomicFile : IDisposable
{
    private const int MostTries = 20, PauseMilliseconds = 50;

    private readonly string _path, _temporary;
    private bool _committed;

    /// <summary>Begins to write.</summary>
    /// <param name="path">The file to make or replace; its folder exists.</param>
    /// <param name="shared">
    /// Whether several processes may write it at once; the last one wins then. Otherwise the second is refused, and what a killed process
    /// left is overwritten by the next one instead of lying there for ever.
    /// </param>
    /// <exception cref="IOException">The temporary file cannot be made; an UnauthorizedAccessException where it may not be.</exception>
    public AtomicFile(string path, bool shared = false)
    {
        _path = Path.GetFullPath(path);
        _temporary = shared ? $"{_path}.{Guid.NewGuid():n}.tmp" : _path + ".tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && ModeOf(_path) is { } mode)
            options.UnixCreateMode = mode | UnixFileMode.UserWrite; // what is private is so from its first byte on
        Stream = new FileStream(_temporary, options);
    }

    /// <summary>Takes the content. It is not buffered: write large pieces.</summary>
    public FileStream Stream { get; }

    /// <summary>Writes a file, as an error the user can act on where that fails.</summary>
    /// <param name="path">The file to make or replace; its folder exists.</param>
    /// <param name="what">What it is, to complete "... cannot be written".</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="remedy">What to do where it fails.</param>
    /// <exception cref="UserException">It cannot be written; what was there before is untouched.</exception>
    public static void Write(string path, string what, Action<Stream> write, string remedy = WriteErrors.Remedy) =>
        WriteErrors.Guard(path, what, () => Replace(path, write), remedy);

    /// <summary>The same for who tells one error from another.</summary>
    /// <param name="path">The file to make or replace; its folder exists.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="shared">Whether several processes may write it at once.</param>
    /// <exception cref="IOException">It cannot be written; what was there before is untouched.</exception>
    public static void Replace(string path, Action<Stream> write, bool shared = false)
    {
        using var file = new AtomicFile(path, shared);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Puts the file in its place. It is on the disk when this returns.</summary>
    /// <exception cref="IOException">It cannot be written; what was there before is untouched.</exception>
    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        KeepMode();
        Stream.Dispose();
        Rename();
        _committed = true;
        FlushFolder(Path.GetDirectoryName(_path)!);
    }

    /// <summary>Deletes what was not committed.</summary>
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
            // The first error is the one to report; what is left is overwritten by the next try.
        }
    }

    /// <summary>A file that somebody made private, or writable for a group, stays so.</summary>
    private void KeepMode()
    {
        try
        {
            if (!OperatingSystem.IsWindows() && ModeOf(_path) is { } mode && mode != File.GetUnixFileMode(Stream.SafeFileHandle))
                File.SetUnixFileMode(Stream.SafeFileHandle, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file system that knows no modes. The file was made with no more rights than the old one has.
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
            return null; // somebody has just removed it
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
                Thread.Sleep(PauseMilliseconds); // another run is reading the old file, or a virus scanner is, which takes it milliseconds
            }
    }

    /// <summary>
    /// On Unix a rename is on the disk only when its folder is: else a power cut brings back the old file, and may by then have taken what
    /// was deleted for the sake of the new one. NTFS keeps renames in order in its journal, and .NET cannot flush a folder there.
    /// </summary>
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var handle = new SafeFileHandle(Open(folder, flags: 0), ownsHandle: true); // O_RDONLY; .NET itself opens no folders
        try
        {
            if (!handle.IsInvalid) // a folder may be written and not listed
                RandomAccess.FlushToDisk(handle);
        }
        catch (IOException)
        {
            // Some file systems cannot; the file is whole and in its place all the same.
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
