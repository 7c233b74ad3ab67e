namespace PetBreeds.Evaluation.Cleaning;

/// <summary>
/// Finds labels that are probably wrong, from predictions by models that were not trained on the photo (C. Northcutt, L. Jiang, I. Chuang,
/// "Confident Learning: Estimating Uncertainty in Dataset Labels", 2021, section 3.1). The threshold of a class is the mean probability
/// predicted for it on photos with that label. A photo counts for the most probable class among those whose threshold it reaches; its label
/// is doubtful if that is another class.
/// </summary>
internal sealed class ConfidentLearning
{
    private ConfidentLearning(double[] thresholds) => Thresholds = thresholds;

    /// <summary>t of equation 2 for each class; +∞ for a class without labelled photos.</summary>
    public IReadOnlyList<double> Thresholds { get; }

    /// <summary>Finds the thresholds.</summary>
    /// <param name="labels">The given classes, as indices.</param>
    /// <param name="probabilities">For each photo, the probability of each class.</param>
    /// <param name="classes">Number of classes.</param>
    public static ConfidentLearning Fit(IReadOnlyList<int> labels, IReadOnlyList<float[]> probabilities, int classes)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var (sums, counts) = (new double[classes], new int[classes]);
        foreach (var (label, p) in labels.Zip(probabilities))
            (sums[label], counts[label]) = (sums[label] + p[label], counts[label] + 1);
        return new ConfidentLearning([.. sums.Zip(counts, (sum, count) => count > 0 ? sum / count : double.PositiveInfinity)]);
    }

    /// <summary>The class a photo counts for; null if it reaches no threshold.</summary>
    public int? ConfidentClass(ReadOnlySpan<float> probabilities)
    {
        int? best = null;
        for (var i = 0; i < probabilities.Length; i++)
            if (probabilities[i] >= Thresholds[i] && (best is not { } other || probabilities[i] > probabilities[other]))
                best = i;
        return best;
    }

    /// <summary>The confident joint of equation 1: numbers of photos by label and by the class they count for.</summary>
    /// <returns>[classes, classes].</returns>
    public int[,] Joint(IReadOnlyList<int> labels, IReadOnlyList<float[]> probabilities)
    {
        var joint = new int[Thresholds.Count, Thresholds.Count];
        foreach (var (label, p) in labels.Zip(probabilities))
            if (ConfidentClass(p) is { } counted)
                joint[label, counted]++;
        return joint;
    }
}
