using System.Formats.Tar;

namespace PetBreeds.Catalog.Files;

/// <summary>
/// Distinguishes pipes, sockets and devices from files without opening them: opening a pipe blocks until somebody writes to it.
/// </summary>
internal static class SpecialFile
{
    /// <summary>Whether a path leads to one. .NET reveals this only when the file is added to an archive.</summary>
    /// <exception cref="IOException">The path cannot be examined.</exception>
    /// <exception cref="UnauthorizedAccessException">Access is denied.</exception>
    public static bool Is(string path)
    {
        var file = new FileInfo(path);
        var target = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true);
        if (OperatingSystem.IsWindows() || target is not FileInfo { Exists: true, Length: 0 } empty)
            return false;
        using var archive = new MemoryStream();
        try
        {
            using var writer = new TarWriter(archive, leaveOpen: true);
            writer.WriteEntry(empty.FullName, "file");
        }
        catch (IOException) when (archive.Length == 0)
        {
            return true; // a socket cannot be archived
        }
        archive.Position = 0;
        using var reader = new TarReader(archive);
        return reader.GetNextEntry()?.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile);
    }
}
