using PetBreeds.Catalog.Reading;

namespace PetBreeds.Catalog;

/// <summary>Where photos, labels and splits come from.</summary>
internal sealed record CatalogOptions
{
    /// <summary>The smallest <see cref="ValidFraction"/>.</summary>
    public const double MinValidFraction = 0.01;

    /// <summary>The largest <see cref="ValidFraction"/>.</summary>
    public const double MaxValidFraction = 0.9;

    /// <summary>The folder with the photos, or a .csv file that lists them. May be null if <see cref="Labels"/> names a CSV file.</summary>
    public string? Data { get; init; }

    /// <summary>Where labels come from.</summary>
    public LabelSource Labels { get; init; } = LabelSource.Auto;

    /// <summary>How validation photos are chosen.</summary>
    public SplitMode Split { get; init; }

    /// <summary>The share of the photos that a random split sets aside for validation, 0.01 to 0.9.</summary>
    public double ValidFraction { get; init; } = 0.2;

    /// <summary>Seed of the random split.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>
    /// Whether a random split takes the same share of each class. Unlike in fastai's RandomSplitter, this is the default.
    /// </summary>
    public bool Stratify { get; init; } = true;

    /// <summary>
    /// A file with the names of photos to leave out (see <see cref="ExcludeFile"/>); null for none. Splits are drawn first, so that leaving
    /// out a photo does not move any other.
    /// </summary>
    public string? Exclude { get; init; }

    /// <summary>
    /// A file of decisions (see <see cref="CleaningFile"/>) that leaves out photos and corrects labels; null for none. Splits are drawn
    /// first.
    /// </summary>
    public string? Cleaning { get; init; }

    /// <summary>
    /// The encoding of the CSV file (see <see cref="Runtime.TextFile.Named"/>); null for UTF-8 or the encoding given by its byte-order
    /// mark.
    /// </summary>
    public string? Encoding { get; init; }

    /// <summary>The CSV column with paths, relative to the CSV file or to <see cref="Data"/>.</summary>
    public string PhotoColumn { get; init; } = "photo";

    /// <summary>
    /// The CSV column with class names; or several columns separated by ',', one per class, with 1 for the photos that have it.
    /// </summary>
    public string LabelColumn { get; init; } = "label";

    /// <summary>
    /// The separator between labels in a cell of a table, if photos may have several labels or none (fastai's <c>label_delim</c>); null if
    /// each photo has exactly one.
    /// </summary>
    public string? LabelDelim { get; init; }

    /// <summary>
    /// The CSV column with <c>train</c>, <c>valid</c> (or <c>val</c>, <c>validation</c>, <c>dev</c>) or <c>test</c>, in any case; or with
    /// true and false (1 and 0, yes and no) if it is called is_valid, is_train or is_test. If this has its default and no such column
    /// exists, one of the latter is used, or one in which every cell names a split.
    /// </summary>
    public string SplitColumn { get; init; } = "split";
}
