namespace PetBreeds.Catalog;

/// <summary>A photo with the name of its class and, where its table says so, its split.</summary>
internal sealed record LabelledPhoto(string Path, string Name, string Label, Split? Split)
{
    /// <summary>Its labels where it may have several or none; else null.</summary>
    public IReadOnlyList<string>? Several { get; init; }

    /// <summary>All its labels.</summary>
    public IReadOnlyList<string> All => Several ?? [Label];
}

/// <summary>What a label source hands on to the split: photos in ordinal order of their names.</summary>
/// <param name="Root">Absolute path of the folder names are relative to.</param>
/// <param name="Photos">The photos.</param>
/// <param name="Source">Where labels came from, for people.</param>
/// <param name="Table">The CSV file, null for other sources.</param>
/// <param name="HasSplitColumn">Whether every photo carries a split from the table.</param>
internal sealed record LabelledPhotos(
    string Root, IReadOnlyList<LabelledPhoto> Photos, string Source, string? Table = null, bool HasSplitColumn = false)
{
    /// <summary>What has a label, also files that turned out to be no photos; null: <see cref="Photos"/>.</summary>
    public IReadOnlyList<LabelledPhoto>? Listed { get; init; }
}
