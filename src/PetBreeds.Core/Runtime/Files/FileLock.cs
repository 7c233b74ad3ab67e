namespace PetBreeds.Runtime.Files;

/// <summary>
/// A file that one process holds open at a time. The system lets go of it when the process ends, however it ends. A file system without
/// locks (some network shares) keeps nobody out.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    // On Unix .NET turns FileShare.None into flock(LOCK_EX). On Windows sharing Delete, and nothing else, lets the holder rename and delete
    // the open file.
    private static readonly FileShare Alone = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    private readonly bool _temporary;

    private FileLock(FileStream stream, bool temporary) => (Stream, _temporary) = (stream, temporary);

    /// <summary>The file that is held, for who keeps something in it.</summary>
    public FileStream Stream { get; }

    /// <summary>Takes a lock that is free.</summary>
    /// <param name="path">Made if it is not there; its folder exists.</param>
    /// <param name="temporary">Whether the file is deleted when the lock is let go.</param>
    /// <returns>Null while somebody else holds it, another holder in this process included.</returns>
    /// <exception cref="IOException">It cannot be made or opened at all.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static FileLock? TryTake(string path, bool temporary = false)
    {
        while (true)
        {
            FileStream stream;
            try
            {
                stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, Alone, bufferSize: 0, FileOptions.Asynchronous);
            }
            catch (IOException e) when (IsTaken(e))
            {
                return null;
            }
            if (File.Exists(path))
                return new FileLock(stream, temporary);
            stream.Dispose(); // its holder deleted it between our opening and our locking it: the lock is another file now
        }
    }

    /// <summary>Takes a lock as soon as no other process has it.</summary>
    /// <param name="path">Made with its folder if it is not there.</param>
    /// <param name="waiting">Told each time it was found taken.</param>
    /// <param name="time">Whose time passes between two looks.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="UserException">It cannot be made or opened at all.</exception>
    public static async Task<FileLock> TakeAsync(string path, Action waiting, TimeProvider time, CancellationToken cancel)
    {
        while (true)
        {
            var held = WriteErrors.Guard(path, "this file", () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return TryTake(path);
            }, "Set PETBREEDS_CACHE to a folder you can write to.");
            if (held is not null)
                return held;
            waiting();
            await Task.Delay(Poll, time, cancel);
        }
    }

    /// <summary>Deletes the file, then lets go.</summary>
    /// <exception cref="IOException">It cannot be deleted; it is let go all the same.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be deleted.</exception>
    public void Remove()
    {
        using (Stream)
            File.Delete(Stream.Name);
    }

    /// <summary>Lets others in.</summary>
    public void Dispose()
    {
        try
        {
            if (_temporary)
                File.Delete(Stream.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays, which keeps nobody out.
        }
        Stream.Dispose();
    }

    // ERROR_SHARING_VIOLATION; EWOULDBLOCK, which is 11 on Linux and 35 on macOS.
    private static bool IsTaken(IOException e) => e.HResult is unchecked((int)0x80070020) or 11 or 35;
}
