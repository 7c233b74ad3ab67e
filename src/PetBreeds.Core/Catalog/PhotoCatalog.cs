using PetBreeds.Catalog.Reading;

namespace PetBreeds.Catalog;

/// <summary>
/// The photos of a data set with their labels and splits, in ordinal order of their names. Created by <see cref="PhotoCatalogReader"/>.
/// </summary>
/// <param name="Root">Absolute path of the folder to which names are relative (the <c>images</c> folder in the Oxford layout).</param>
/// <param name="Classes">Class names in ordinal order; a label is an index into it. At least two.</param>
/// <param name="Items">
/// Every photo once; each class has at least one in <see cref="Split.Train"/>, and <see cref="Split.Valid"/> is not empty.
/// </param>
/// <param name="LabelSource">Description of where labels came from, such as "folder names".</param>
/// <param name="SplitSource">Description of where splits came from, such as "20% at random, stratified, seed 42".</param>
/// <param name="PassedOver">Files that were found but left out.</param>
internal sealed record PhotoCatalog(
    string Root,
    IReadOnlyList<string> Classes,
    IReadOnlyList<PhotoItem> Items,
    string LabelSource,
    string SplitSource,
    IReadOnlyList<PassedOver> PassedOver)
{
    /// <summary>Concerns about classes that do not prevent training.</summary>
    public IReadOnlyList<Concern> Concerns { get; init; } = [];

    /// <summary>Whether a photo may have several labels or none.</summary>
    public bool SeveralLabels => Items.Any(item => item.Several is not null);

    /// <summary>The photos of one split, in the catalog's order; empty if there are none.</summary>
    public IReadOnlyList<PhotoItem> Of(Split split) => [.. Items.Where(item => item.Split == split)];
}
