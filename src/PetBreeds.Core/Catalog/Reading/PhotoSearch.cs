namespace PetBreeds.Catalog.Reading;

/// <summary>Finds a photo that a user names.</summary>
internal static class PhotoSearch
{
    /// <summary>Finds a photo by its name in the catalog, its path, or its file name if that is unique.</summary>
    /// <exception cref="UserException">No photo has that name, or several do.</exception>
    public static PhotoItem Find(PhotoCatalog catalog, string name)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var found = catalog.Items.Where(item => IsCalled(item, name)).ToArray();
        if (found.FirstOrDefault(item => item.Name == name.Replace('\\', '/') || item.Path == Path.GetFullPath(name)) is { } exact)
            return exact;
        return found switch
        {
            [var one] => one,
            [var first, var second, ..] =>
                throw new UserException($"{found.Length} photos are called '{name}', such as {first.Name} and {second.Name}",
                null, "Give more of the path."),
            _ => throw new UserException($"no photo of the data set is called '{name}'", null,
                $"Write the name as in {catalog.Items[0].Name}."),
        };
    }

    /// <summary>
    /// The same; a file that exists but was left out of the catalog is returned with the label −1, so that the reason can be shown.
    /// </summary>
    /// <exception cref="UserException">There is neither such a photo nor such a file.</exception>
    public static PhotoItem FindOrOpen(PhotoCatalog catalog, string name)
    {
        string[] places = [Path.GetFullPath(name, catalog.Root), Path.GetFullPath(name)];
        return !catalog.Items.Any(item => IsCalled(item, name)) && places.FirstOrDefault(File.Exists) is { } path
            ? new PhotoItem(path, Path.GetRelativePath(catalog.Root, path).Replace(Path.DirectorySeparatorChar, '/'), -1, Split.Train)
            : Find(catalog, name);
    }

    private static bool IsCalled(PhotoItem item, string name) =>
        item.Path == Path.GetFullPath(name) || ("/" + item.Name).EndsWith("/" + name.Replace('\\', '/'), StringComparison.Ordinal);
}
