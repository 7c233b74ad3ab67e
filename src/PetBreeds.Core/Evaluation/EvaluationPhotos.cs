using PetBreeds.Catalog;
using PetBreeds.Catalog.Labels;
using PetBreeds.Catalog.Reading;

namespace PetBreeds.Evaluation;

/// <summary>Labelled photos for evaluating a model: a split of a data set, or all of it.</summary>
/// <param name="Photos">The photos; labels are indices into the model's classes.</param>
/// <param name="What">A description for display, such as "validation photos of FOLDER".</param>
/// <param name="PassedOver">Files that were skipped, by reason.</param>
/// <param name="Concerns">Concerns about classes.</param>
internal sealed record EvaluationPhotos(
    IReadOnlyList<PhotoItem> Photos, string What, IReadOnlyList<PassedOver> PassedOver, IReadOnlyList<Concern> Concerns)
{
    private const int Named = 5;

    /// <summary>Reads a data set. It need not be suitable for training: one class is enough, and no split is needed.</summary>
    /// <param name="options">Where the photos and labels are.</param>
    /// <param name="split">The split to read; null for all photos.</param>
    /// <param name="classes">The model's classes.</param>
    /// <exception cref="UserException">
    /// There are no such photos, the list names photos that do not exist, or classes are unknown to the model.
    /// </exception>
    public static EvaluationPhotos Read(CatalogOptions options, Split? split, IReadOnlyList<string> classes)
    {
        var tally = new PassedOverTally(tolerant: true);
        var catalog = PhotoCatalogReader.Read(options, tally);
        if (tally.Problems is [var (name, problem), ..])
            throw new UserException($"'{name}': {problem} ({tally.Problems.Count} such "
                + $"{(tally.Problems.Count == 1 ? "entry" : "entries")})", catalog.Root,
                "Correct the list: what is missing cannot be evaluated.");
        var chosen = split is { } one ? catalog.Of(one) : catalog.Items;
        if (chosen.Count == 0)
            throw new UserException($"there are no {Say(split)} photos: {Counts(catalog)}", catalog.Root, "Choose another split, or all.");
        var index = classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        string[] unknown = [.. chosen.SelectMany(photo => photo.Labels).Distinct().Select(label => catalog.Classes[label])
            .Where(label => !index.ContainsKey(label))];
        if (unknown.Length > 0)
            throw new UserException($"the model does not know {Classes(unknown)}{LookAlike.Among(unknown, classes)}", catalog.Root,
                "Evaluate on photos of its own classes; photos of other things, given as unknown, show how many it would accept as one of "
                    + "them.");
        return new EvaluationPhotos([.. chosen.Select(photo => Indexed(photo, label => index[catalog.Classes[label]]))],
            $"{(split is null ? "all" : Say(split))} photos of {catalog.Root}", catalog.PassedOver, catalog.Concerns);
    }

    private static PhotoItem Indexed(PhotoItem photo, Func<int, int> index) => photo.Several is { } several
        ? photo with { Label = photo.Label < 0 ? -1 : index(photo.Label), Several = [.. several.Select(index).Order()] }
        : photo with { Label = index(photo.Label) };

    /// <summary>
    /// Finds photos that belong to none of the model's classes: a photo, a folder, or a table (whose labels are ignored).
    /// </summary>
    /// <exception cref="UserException">There are no photos.</exception>
    public static IReadOnlyList<string> Unknown(string path, CatalogOptions columns)
    {
        if (!File.Exists(path) || Path.GetExtension(path).ToLowerInvariant() is not (".csv" or ".tsv"))
            return PhotoCatalogReader.FindPhotos(path);
        var labels = LabelSource.Table(path);
        var options = columns with { Data = null, Labels = labels, Split = SplitMode.Random, Exclude = null, Cleaning = null };
        return [.. PhotoCatalogReader.Read(options, new PassedOverTally(tolerant: true)).Items.Select(photo => photo.Path)];
    }

    private static string Classes(string[] unknown) =>
        $"{(unknown.Length == 1 ? "the class" : $"{unknown.Length} classes,")} "
            + $"{string.Join(", ", unknown.Take(Named))}{(unknown.Length > Named ? ", …" : "")}";

    private static string Say(Split? split) => split switch
    {
        Split.Train => "training",
        Split.Valid => "validation",
        Split.Test => "test",
        _ => "labelled",
    };

    private static string Counts(PhotoCatalog catalog) =>
        $"{catalog.Of(Split.Train).Count} training, {catalog.Of(Split.Valid).Count} validation, {catalog.Of(Split.Test).Count} test";
}
