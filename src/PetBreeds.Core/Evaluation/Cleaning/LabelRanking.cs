using PetBreeds.Catalog;

namespace PetBreeds.Evaluation.Cleaning;

/// <summary>A photo and a model's judgement of its label.</summary>
/// <param name="Photo">The photo, with the label that was judged.</param>
/// <param name="Predicted">The most probable class; −1 if there is no prediction.</param>
/// <param name="Probability">Probability of <paramref name="Predicted"/>.</param>
/// <param name="LabelProbability">Probability of the label.</param>
/// <param name="Suspect">Whether the label is probably wrong.</param>
internal sealed record RankedPhoto(PhotoItem Photo, int Predicted, double Probability, double LabelProbability, bool Suspect)
{
    /// <summary>A photo about which nothing is known.</summary>
    public static RankedPhoto Unknown(PhotoItem photo) => new(photo, -1, 0, 0, false);
}

/// <summary>
/// Sorts photos by how doubtful their labels are: by the label's probability, the lowest (highest loss) first; photos without a prediction
/// come last. Confident learning finds labels that are probably wrong but is not used for sorting: of the labels of oxford13 that were
/// flipped, the first 15% contained 78% in this order (five draws), and 67% with its suspects first (three draws;
/// scripts/experiments/label-errors).
/// </summary>
internal static class LabelRanking
{
    /// <summary>
    /// Ranks by confident learning, from the predictions of a cross-validation. Thresholds are those of the training photos.
    /// </summary>
    /// <param name="photos">The photos to rank; labels are indices into <paramref name="classes"/>.</param>
    /// <param name="classes">
    /// All classes; one without predictions (because all its photos were relabelled earlier) has probability 0.
    /// </param>
    /// <param name="file">An out-of-fold.csv.</param>
    /// <exception cref="UserException">The file cannot be read, or belongs to other photos.</exception>
    public static IReadOnlyList<RankedPhoto> ByConfidentLearning(IReadOnlyList<PhotoItem> photos,
        IReadOnlyList<string> classes, string file)
    {
        var (names, answers) = OutOfFoldFile.Read(file);
        var known = names.ToList();
        int[] places = [.. classes.Select(name => known.IndexOf(name))];
        var byName = answers.ToDictionary(answer => answer.Name,
            answer => places.Select(place => place < 0 ? 0 : answer.Probabilities[place]).ToArray(), StringComparer.Ordinal);
        if (!photos.Any(photo => places[photo.Label] >= 0 && byName.ContainsKey(photo.Name)))
            throw new UserException("there are no predictions for any of these photos", file,
                "The data have changed: cross-validate again.")
            { Next = NextStep.CrossValidate };
        var learned = photos.Where(photo => photo.Split == Split.Train && byName.ContainsKey(photo.Name)).ToArray();
        var doubts = ConfidentLearning.Fit([.. learned.Select(photo => photo.Label)], [.. learned.Select(photo => byName[photo.Name])],
            classes.Count);
        return Sort(photos.Select(photo => byName.GetValueOrDefault(photo.Name) is { } p
            ? Judge(photo, p, doubts.ConfidentClass(p) is { } counted && counted != photo.Label)
            : RankedPhoto.Unknown(photo)));
    }

    /// <summary>
    /// Ranks by the loss of a model. After four epochs, this found as many wrong labels as <see cref="ByConfidentLearning"/>; after long
    /// training, the model may have memorised them.
    /// </summary>
    /// <param name="photos">The photos to rank; labels are indices into <paramref name="classes"/>.</param>
    /// <param name="classes">All classes.</param>
    /// <param name="predictor">The model; it need not know all classes.</param>
    /// <param name="progress">Called with the number of completed photos.</param>
    /// <param name="cancel">Checked between batches.</param>
    public static IReadOnlyList<RankedPhoto> ByLoss(
        IReadOnlyList<PhotoItem> photos, IReadOnlyList<string> classes, Predictor predictor, Action<int>? progress,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(predictor);
        var known = predictor.Card.Classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        int[] places = [.. classes.Select(name => known.GetValueOrDefault(name, -1))];
        var ranked = new List<RankedPhoto>(photos.Count);
        foreach (var (photo, answer) in photos.Zip(predictor.Answers(photos.Select(photo => photo.Path), cancel: cancel)))
        {
            var p = answer.Error is null ? predictor.Probabilities(answer) : [];
            float[] own = [.. places.Select(place => place >= 0 && p.Length > 0 ? (float)p[place] : 0)];
            ranked.Add(p.Length == 0 ? RankedPhoto.Unknown(photo) : Judge(photo, own, Array.IndexOf(own, own.Max()) != photo.Label));
            progress?.Invoke(ranked.Count);
        }
        return Sort(ranked);
    }

    private static RankedPhoto Judge(PhotoItem photo, float[] p, bool suspect)
    {
        var predicted = Array.IndexOf(p, p.Max());
        return new RankedPhoto(photo, predicted, p[predicted], p[photo.Label], suspect);
    }

    private static IReadOnlyList<RankedPhoto> Sort(IEnumerable<RankedPhoto> photos) =>
        [.. photos.OrderBy(photo => photo.Predicted < 0).ThenBy(photo => photo.LabelProbability)
            .ThenBy(photo => photo.Photo.Name, StringComparer.Ordinal)];
}
