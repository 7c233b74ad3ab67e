namespace PetBreeds.Catalog;

/// <summary>One labelled photo.</summary>
/// <param name="Path">Absolute path of the file.</param>
/// <param name="Name">
/// Path relative to <see cref="PhotoCatalog.Root"/>, separated by '/' on every platform and unique within the catalog: the identity that
/// seeds and caches use, the same on every machine.
/// </param>
/// <param name="Label">Index into <see cref="PhotoCatalog.Classes"/>.</param>
/// <param name="Split">What the photo is used for.</param>
public sealed record PhotoItem(string Path, string Name, int Label, Split Split);
