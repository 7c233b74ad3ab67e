namespace PetBreeds.Training.Losses;

/// <summary>Weights that compensate for classes with few photos.</summary>
internal static class ClassBalance
{
    /// <summary>
    /// Weights n / (classes · n of the class), so that all classes count the same (scikit-learn's <c>class_weight="balanced"</c>).
    /// </summary>
    /// <param name="labels">Labels of the training photos; a class without photos gets weight 0.</param>
    /// <param name="classes">Number of classes.</param>
    public static float[] Weights(IReadOnlyCollection<int> labels, int classes)
    {
        var counts = new int[classes];
        foreach (var label in labels)
            counts[label]++;
        return [.. counts.Select(count => count > 0 ? (float)labels.Count / (classes * count) : 0)];
    }
}
