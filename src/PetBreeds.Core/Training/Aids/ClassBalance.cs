using PetBreeds.Catalog;

namespace PetBreeds.Training.Aids;

/// <summary>What makes up for classes with few photos.</summary>
internal static class ClassBalance
{
    /// <summary>The choice that switches either way on.</summary>
    public const string Balanced = "balanced";

    /// <summary>
    /// n / (classes · n of the class), so that all classes count the same (scikit-learn's <c>class_weight="balanced"</c>).
    /// </summary>
    /// <param name="labels">Of the training photos; every class is among them.</param>
    /// <param name="classes">How many.</param>
    public static float[] Weights(IReadOnlyCollection<int> labels, int classes)
    {
        var counts = new int[classes];
        foreach (var label in labels)
            counts[label]++;
        return [.. counts.Select(count => (float)labels.Count / (classes * count))];
    }

    /// <summary>Weights of a configuration; null where none are wanted.</summary>
    /// <exception cref="UserException">Photos have several labels.</exception>
    public static float[]? Of(TrainConfig config, PhotoCatalog catalog)
    {
        if (catalog.SeveralLabels && (config.ClassWeights == Balanced || config.Sampling == Balanced))
            throw new UserException("--class-weights and --sampling balance classes of which each photo has one", null,
                "Leave them out with --label-delim.");
        return config.ClassWeights == Balanced ? Weights([.. catalog.Of(Split.Train).Select(photo => photo.Label)], catalog.Classes.Count) : null;
    }
}
