namespace PetBreeds.Catalog;

/// <summary>A photo with the name of its class and, if a table gives it, its split.</summary>
internal sealed record LabelledPhoto(string Path, string Name, string Label, Split? Split)
{
    /// <summary>Its labels, if it may have several or none; otherwise null.</summary>
    public IReadOnlyList<string>? Several { get; init; }

    /// <summary>All its labels.</summary>
    public IReadOnlyList<string> All => Several ?? [Label];
}

/// <summary>The result of a label source, to be split: photos in ordinal order of their names.</summary>
/// <param name="Root">Absolute path of the folder to which names are relative.</param>
/// <param name="Photos">The photos.</param>
/// <param name="Source">Description of where labels came from.</param>
/// <param name="Table">The CSV file; null for other sources.</param>
/// <param name="SplitColumn">The table's column from which the photos' splits come; null if there is none.</param>
internal sealed record LabelledPhotos(
    string Root, IReadOnlyList<LabelledPhoto> Photos, string Source, string? Table = null, string? SplitColumn = null)
{
    /// <summary>Everything with a label, including files that turned out not to be photos; null for <see cref="Photos"/>.</summary>
    public IReadOnlyList<LabelledPhoto>? Listed { get; init; }
}
