namespace PetBreeds.Evaluation.Cleaning;

/// <summary>
/// Tells which labels are probably wrong, from answers of models that have not learned from the photo (C. Northcutt, L. Jiang, I. Chuang,
/// "Confident Learning: Estimating Uncertainty in Dataset Labels", 2021, section 3.1). A class's threshold is how sure the answers are of
/// it, on average, for photos labelled so; a photo counts for the most probable class among those whose threshold it reaches, and its label
/// is doubted where that is another one.
/// </summary>
internal sealed class ConfidentLearning
{
    private ConfidentLearning(double[] thresholds) => Thresholds = thresholds;

    /// <summary>t of equation 2 for each class; +∞ for a class that labels no photo.</summary>
    public IReadOnlyList<double> Thresholds { get; }

    /// <summary>Finds the thresholds.</summary>
    /// <param name="labels">Classes as given, indexes.</param>
    /// <param name="probabilities">Of each photo: one for each class.</param>
    /// <param name="classes">How many.</param>
    public static ConfidentLearning Fit(IReadOnlyList<int> labels, IReadOnlyList<float[]> probabilities, int classes)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var (sums, counts) = (new double[classes], new int[classes]);
        foreach (var (label, p) in labels.Zip(probabilities))
            (sums[label], counts[label]) = (sums[label] + p[label], counts[label] + 1);
        return new ConfidentLearning([.. sums.Zip(counts, (sum, count) => count > 0 ? sum / count : double.PositiveInfinity)]);
    }

    /// <summary>The class a photo counts for; null where it reaches no threshold.</summary>
    public int? ConfidentClass(ReadOnlySpan<float> probabilities)
    {
        int? best = null;
        for (var i = 0; i < probabilities.Length; i++)
            if (probabilities[i] >= Thresholds[i] && (best is not { } other || probabilities[i] > probabilities[other]))
                best = i;
        return best;
    }

    /// <summary>The confident joint of equation 1: photos by label and by the class they count for.</summary>
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
