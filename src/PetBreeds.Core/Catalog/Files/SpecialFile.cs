using System.Formats.Tar;

namespace PetBreeds.Catalog.Files;

/// <summary>
/// Tells pipes, sockets and devices from files without opening them: whoever opens a pipe waits until somebody writes into it.
/// </summary>
internal static class SpecialFile
{
    /// <summary>Whether a path leads to one. .NET says it only to whoever packs the file into an archive.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
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
            return true; // a socket has no place in an archive
        }
        archive.Position = 0;
        using var reader = new TarReader(archive);
        return reader.GetNextEntry()?.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile);
    }
}
