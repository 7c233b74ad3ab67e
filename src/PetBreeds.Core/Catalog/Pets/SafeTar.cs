using System.Formats.Tar;
using System.IO.Compression;

namespace PetBreeds.Catalog.Pets;

/// <summary>
/// Unpacks a .tar.gz that nobody vouches for: plain files and folders only, nothing outside the target folder, nothing without bounds.
/// Links and devices are refused, not skipped: a data set has none, so an archive with one is not the data set.
/// </summary>
internal static class SafeTar
{
    /// <summary>Unpacks an archive. Names that begin with "._" (what macOS adds to archives) are left out.</summary>
    /// <param name="archive">The .tar.gz.</param>
    /// <param name="folder">Where to; made if it is not there. What was unpacked before an error stays.</param>
    /// <param name="limits">Bounds for what comes out.</param>
    /// <param name="progress">Told how many bytes of the archive were read.</param>
    /// <param name="cancel">Looked at before each entry.</param>
    /// <exception cref="UserException">The archive is damaged, holds something that does not belong there, or the disk is full.</exception>
    public static void Extract(string archive, string folder, ArchiveLimits limits, Action<long, long>? progress, CancellationToken cancel)
    {
        using var file = File.OpenRead(archive);
        try
        {
            using var unzipped = new GZipStream(file, CompressionMode.Decompress);
            using var bounded = new BoundedStream(unzipped, limits.Bytes);
            using var tar = new TarReader(bounded, leaveOpen: true);
            var root = Directory.CreateDirectory(folder).FullName;
            for (var count = 1; tar.GetNextEntry() is { } entry; count++)
            {
                cancel.ThrowIfCancellationRequested();
                if (count > limits.Entries)
                    throw new InvalidDataException($"it has more than {limits.Entries:N0} entries");
                Extract(entry, root);
                progress?.Invoke(file.Position, file.Length);
            }
            bounded.CopyTo(Stream.Null); // the tar ends before the gzip does, whose checksum is read last
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or EndOfStreamException or ArgumentException or OverflowException
            or InvalidOperationException or NotSupportedException)
        {
            throw new UserException($"this archive cannot be unpacked: {e.Message}", archive, "Delete it and download it again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"this archive cannot be unpacked into {folder}: {e.Message}", archive,
                "Free some space, or set PETBREEDS_CACHE to a folder you can write to.", e);
        }
    }

    private static void Extract(TarEntry entry, string root)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.GlobalExtendedAttributes:
                return;
            case TarEntryType.Directory:
                Directory.CreateDirectory(Inside(root, entry.Name));
                return;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                var path = Inside(root, entry.Name);
                if (Path.GetFileName(path).StartsWith("._", StringComparison.Ordinal))
                    return;
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using (var target = File.Create(path)) // permission bits and dates of the archive are not taken over
                    entry.DataStream?.CopyTo(target);
                return;
            default:
                throw new InvalidDataException($"'{entry.Name}' is neither a file nor a folder ({entry.EntryType})");
        }
    }

    /// <summary>The place of a name under a folder.</summary>
    /// <exception cref="InvalidDataException">The name leads out of it, or means something else on another system.</exception>
    internal static string Inside(string root, string name)
    {
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
        var strange = name.StartsWith('/') || parts.Any(part => part == ".." || part.EndsWith(' ') || part.EndsWith('.')
            || part.AsSpan().ContainsAny('\\', ':') || part.Any(char.IsControl));
        var path = Path.GetFullPath(Path.Combine([root, .. parts]));
        return !strange && (path == root || path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            ? path
            : throw new InvalidDataException($"the name '{name}' points outside the folder");
    }
}
