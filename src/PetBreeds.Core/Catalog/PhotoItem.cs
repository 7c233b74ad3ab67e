namespace PetBreeds.Catalog;

/// <summary>One labelled photo.</summary>
/// <param name="Path">Absolute path of the file.</param>
/// <param name="Name">
/// Path relative to <see cref="PhotoCatalog.Root"/>, separated by '/' on every platform and unique within the catalog: its identity for
/// seeds and caches, the same on every machine.
/// </param>
/// <param name="Label">Index into <see cref="PhotoCatalog.Classes"/>; with several labels, the first one, or −1 if there is none.</param>
/// <param name="Split">What the photo is used for.</param>
internal sealed record PhotoItem(string Path, string Name, int Label, Split Split)
{
    /// <summary>Its labels in ascending order, if photos of the data set may have several or none; null if each has exactly one.</summary>
    public IReadOnlyList<int>? Several { get; init; }

    /// <summary>All its labels.</summary>
    public IReadOnlyList<int> Labels => Several ?? [Label];

    /// <summary>The names of its labels, as a caption.</summary>
    /// <param name="classes">The catalog's classes.</param>
    public string Say(IReadOnlyList<string> classes) =>
        Labels.Count == 0 ? "no label" : string.Join(", ", Labels.Select(label => classes[label]));
}
