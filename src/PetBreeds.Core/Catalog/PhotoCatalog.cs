using PetBreeds.Catalog.Reading;

namespace PetBreeds.Catalog;

/// <summary>
/// The photos of a data set with their labels and splits, in ordinal order of their names. Made by <see cref="PhotoCatalogReader"/>.
/// </summary>
/// <param name="Root">Absolute path of the folder that names are relative to (for the Oxford layout its <c>images</c> folder).</param>
/// <param name="Classes">Class names in ordinal order; a label is an index into it. At least two.</param>
/// <param name="Items">Every photo once; each class has one in <see cref="Split.Train"/>; <see cref="Split.Valid"/> is not empty.</param>
/// <param name="LabelSource">Where labels came from, for people: "folder names".</param>
/// <param name="SplitSource">Where splits came from, for people: "20% at random, stratified, seed 42".</param>
/// <param name="PassedOver">What was found and left out.</param>
internal sealed record PhotoCatalog(
    string Root,
    IReadOnlyList<string> Classes,
    IReadOnlyList<PhotoItem> Items,
    string LabelSource,
    string SplitSource,
    IReadOnlyList<PassedOver> PassedOver)
{
    /// <summary>What is the matter with classes, though it can be trained on.</summary>
    public IReadOnlyList<Concern> Concerns { get; init; } = [];

    /// <summary>Whether a photo may have several labels or none.</summary>
    public bool SeveralLabels => Items.Any(item => item.Several is not null);

    /// <summary>The photos of one split, in the catalog's order; empty where there are none.</summary>
    public IReadOnlyList<PhotoItem> Of(Split split) => [.. Items.Where(item => item.Split == split)];
}
