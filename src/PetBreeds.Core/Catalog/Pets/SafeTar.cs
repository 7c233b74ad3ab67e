using System.Formats.Tar;
using System.IO.Compression;

namespace PetBreeds.Catalog.Pets;

/// <summary>
/// Unpacks an untrusted .tar.gz: only plain files and folders, nothing outside the target folder, everything within limits. Links and
/// devices are rejected, not skipped: a data set has none, so an archive with one is not the data set.
/// </summary>
internal static class SafeTar
{
    /// <summary>Unpacks an archive. Names that start with "._" (what macOS adds to archives) are left out.</summary>
    /// <param name="archive">The .tar.gz.</param>
    /// <param name="folder">The target folder; created if it is missing. Files unpacked before an error remain.</param>
    /// <param name="limits">Limits for the unpacked content.</param>
    /// <param name="progress">Called with the number of bytes of the archive read so far and their total.</param>
    /// <param name="cancel">Checked before each entry.</param>
    /// <exception cref="UserException">
    /// The archive is damaged, contains something that does not belong there, or the disk is full.
    /// </exception>
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
            bounded.CopyTo(Stream.Null); // the tar ends before the gzip stream, whose checksum is read last
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or EndOfStreamException or ArgumentException
            or OverflowException or InvalidOperationException or NotSupportedException)
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
                using (var target = File.Create(path)) // permissions and dates in the archive are ignored
                    entry.DataStream?.CopyTo(target);
                return;
            default:
                throw new InvalidDataException($"'{entry.Name}' is neither a file nor a folder ({entry.EntryType})");
        }
    }

    /// <summary>The path of a name below a folder.</summary>
    /// <exception cref="InvalidDataException">The name leads outside the folder, or has another meaning on some system.</exception>
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
