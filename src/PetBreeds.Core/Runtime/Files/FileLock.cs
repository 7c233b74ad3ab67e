namespace PetBreeds.Runtime.Files;

/// <summary>
/// A file that only one process can hold open at a time. The system releases it when the process ends, for whatever reason. On a file
/// system without locks (some network shares), it has no effect.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    // On Unix .NET turns FileShare.None into flock(LOCK_EX). On Windows, sharing only Delete lets the holder rename and delete the open
    // file.
    private static readonly FileShare Alone = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    private readonly bool _temporary;

    private FileLock(FileStream stream, bool temporary) => (Stream, _temporary) = (stream, temporary);

    /// <summary>The stream of the lock file, for callers that store something in it.</summary>
    public FileStream Stream { get; }

    /// <summary>Takes a lock if it is free.</summary>
    /// <param name="path">The lock file, created if it is missing, in an existing folder.</param>
    /// <param name="temporary">Whether to delete the file when the lock is released.</param>
    /// <returns>The lock; null while anyone else holds it, even in this process.</returns>
    /// <exception cref="IOException">The file cannot be created or opened.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public static FileLock? TryTake(string path, bool temporary = false)
    {
        for (var tries = 1; ; tries++)
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
            if (IsAt(path, stream) || (tries >= 100 && File.Exists(path))) // some file systems may not know when files were created
                return new FileLock(stream, temporary);
            stream.Dispose(); // its holder deleted or renamed it after we opened it and before we locked it: the lock is another file now
        }
    }

    /// <summary>Waits until no other process holds the lock, then takes it.</summary>
    /// <param name="path">The lock file; it and its folder are created if they are missing.</param>
    /// <param name="waiting">Called each time the lock is found taken.</param>
    /// <param name="time">The clock for the delay between two attempts.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="UserException">The file cannot be created or opened.</exception>
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

    /// <summary>Deletes the file, then releases the lock.</summary>
    /// <exception cref="IOException">The file cannot be deleted; the lock is released nevertheless.</exception>
    /// <exception cref="UnauthorizedAccessException">Access is denied; the lock is released nevertheless.</exception>
    public void Remove()
    {
        using (Stream)
            File.Delete(Stream.Name);
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose()
    {
        try
        {
            if (_temporary)
                File.Delete(Stream.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The file remains, which does no harm.
        }
        Stream.Dispose();
    }

    /// <summary>Whether a file is still the one of that name; another one of that name was created at another time.</summary>
    internal static bool IsAt(string path, FileStream stream) =>
        File.Exists(path) && File.GetCreationTimeUtc(path) == File.GetCreationTimeUtc(stream.SafeFileHandle);

    // ERROR_SHARING_VIOLATION; EWOULDBLOCK, which is 11 on Linux and 35 on macOS.
    private static bool IsTaken(IOException e) => e.HResult is unchecked((int)0x80070020) or 11 or 35;
}
