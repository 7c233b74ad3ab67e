namespace PetBreeds.Training.Losses;

/// <summary>What makes up for classes with few photos.</summary>
internal static class ClassBalance
{
    /// <summary>
    /// n / (classes · n of the class), so that all classes count the same (scikit-learn's <c>class_weight="balanced"</c>).
    /// </summary>
    /// <param name="labels">Of the training photos; a class without any weighs nothing.</param>
    /// <param name="classes">How many.</param>
    public static float[] Weights(IReadOnlyCollection<int> labels, int classes)
    {
        var counts = new int[classes];
        foreach (var label in labels)
            counts[label]++;
        return [.. counts.Select(count => count > 0 ? (float)labels.Count / (classes * count) : 0)];
    }
}
