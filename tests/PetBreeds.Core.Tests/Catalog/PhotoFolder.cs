using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;

namespace PetBreeds.Tests.Catalog;

/// <summary>A folder of its own for one test. Its photos are photos by their first bytes only: a catalog looks no further.</summary>
internal sealed class PhotoFolder : IDisposable
{
    public static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. "JFIF"u8, 0, 1, 1, 0, 0, 1, 0, 1];

    public string Root { get; } = Directory.CreateTempSubdirectory("petbreeds-catalog-").FullName;

    public PhotoFolder Photos(params string[] names)
    {
        foreach (var name in names)
            File.WriteAllBytes(PathOf(name), Jpeg);
        return this;
    }

    /// <summary>Photos prefix1.jpg to prefixN.jpg.</summary>
    public PhotoFolder Many(string prefix, int count) => Photos([.. Enumerable.Range(1, count).Select(i => $"{prefix}{i}.jpg")]);

    public string Text(string name, params string[] lines)
    {
        File.WriteAllText(PathOf(name), string.Join('\n', lines) + "\n");
        return Path.Combine(Root, name);
    }

    public PhotoFolder Bytes(string name, params byte[] bytes)
    {
        File.WriteAllBytes(PathOf(name), bytes);
        return this;
    }

    public PhotoCatalog Read(string labels = "auto", string split = "auto", double valid = 0.2, int seed = 42, bool stratify = true) =>
        PhotoCatalogReader.Read(new CatalogOptions
        {
            Data = Root,
            Labels = LabelSource.Parse(labels),
            Split = Enum.Parse<SplitMode>(split, ignoreCase: true),
            ValidFraction = valid,
            Seed = seed,
            Stratify = stratify,
        });

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private string PathOf(string name)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}

internal static class CatalogView
{
    public static string[] Names(this PhotoCatalog catalog, Split split) => [.. catalog.Of(split).Select(i => i.Name)];

    public static string ClassOf(this PhotoCatalog catalog, string name) =>
        catalog.Classes[catalog.Items.Single(i => i.Name == name).Label];

    public static int Count(this PhotoCatalog catalog, string reason) =>
        catalog.PassedOver.SingleOrDefault(p => p.Reason == reason)?.Count ?? 0;
}
