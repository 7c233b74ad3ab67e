using System.Formats.Tar;
using System.IO.Compression;

namespace PetBreeds.Tests.Catalog.Pets;

/// <summary>Makes small .tar.gz archives, evil ones too.</summary>
internal static class TarArchive
{
    public static byte[] Of(params (string Name, byte[] Content)[] files) => Of([.. files.Select(file => File(file.Name, file.Content))]);

    public static byte[] Of(params TarEntry[] entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new GZipStream(stream, CompressionLevel.Fastest))
        using (var tar = new TarWriter(zip, TarEntryFormat.Pax))
        {
            foreach (var entry in entries)
                tar.WriteEntry(entry);
        }
        return stream.ToArray();
    }

    public static TarEntry File(string name, byte[] content) =>
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) };

    public static TarEntry Link(TarEntryType type, string name, string target) => new PaxTarEntry(type, name) { LinkName = target };
}
