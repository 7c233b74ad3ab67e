namespace PetBreeds.Runtime.Downloads;

/// <summary>A file that one process holds open at a time. The system lets go of it when the process ends, however it ends.</summary>
internal static class FileLock
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    // On Unix .NET turns FileShare.None into flock(LOCK_EX). On Windows sharing Delete, and nothing else, lets the holder rename the open
    // file.
    private static readonly FileShare Alone = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    /// <summary>Opens a file for reading and writing as soon as no other process has it.</summary>
    /// <param name="path">Made if it is not there.</param>
    /// <param name="waiting">Told each time it was found taken.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="UserException">It cannot be made or opened at all.</exception>
    public static async Task<FileStream> AcquireAsync(string path, Action waiting, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, Alone, bufferSize: 0, FileOptions.Asynchronous);
            }
            catch (IOException e) when (IsTaken(e))
            {
                waiting();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new UserException($"this file cannot be written: {e.Message}", path, "Set PETBREEDS_CACHE to a folder you can write to.", e);
            }
            await Task.Delay(Poll, cancel);
        }
    }

    // ERROR_SHARING_VIOLATION; EWOULDBLOCK, which is 11 on Linux and 35 on macOS.
    private static bool IsTaken(IOException e) => e.HResult is unchecked((int)0x80070020) or 11 or 35;
}
