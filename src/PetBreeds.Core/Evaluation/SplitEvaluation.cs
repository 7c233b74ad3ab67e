namespace PetBreeds.Evaluation;

/// <summary>One class's numbers.</summary>
/// <param name="Name">The class.</param>
/// <param name="Support">Photos of it.</param>
/// <param name="Precision">Share of the photos called it that are it; not a number where none was called it.</param>
/// <param name="Recall">Share of its photos that were called it; not a number where it has none.</param>
public sealed record ClassResult(string Name, long Support, double Precision, double Recall);

/// <summary>How often a model is right on labelled photos.</summary>
/// <param name="Classes">Names, in the order of the matrix.</param>
/// <param name="Counts">Confusion matrix [actual, predicted].</param>
/// <param name="TopFive">Photos whose class is among the five most probable.</param>
public sealed record SplitEvaluation(IReadOnlyList<string> Classes, long[,] Counts, long TopFive)
{
    /// <summary>Photos in all.</summary>
    public long Photos => Counts.Cast<long>().Sum();

    /// <summary>Share of photos whose most probable class is right, 0 to 1.</summary>
    public double Accuracy => (double)Enumerable.Range(0, Classes.Count).Sum(i => Counts[i, i]) / Photos;

    /// <summary>One less <see cref="Accuracy"/>.</summary>
    public double Error => 1 - Accuracy;

    /// <summary>Share of photos whose class is among the five most probable.</summary>
    public double TopFiveAccuracy => (double)TopFive / Photos;

    /// <summary>Numbers for each class.</summary>
    public IReadOnlyList<ClassResult> PerClass =>
    [
        .. Classes.Select((name, i) =>
        {
            var (actual, predicted) = (0L, 0L);
            for (var j = 0; j < Classes.Count; j++)
                (actual, predicted) = (actual + Counts[i, j], predicted + Counts[j, i]);
            return new ClassResult(name, actual, (double)Counts[i, i] / predicted, (double)Counts[i, i] / actual);
        }),
    ];

    /// <summary>Pairs (actual, predicted) that differ, most frequent first.</summary>
    public IReadOnlyList<(string Actual, string Predicted, long Count)> MostConfused =>
    [
        .. from i in Enumerable.Range(0, Classes.Count)
           from j in Enumerable.Range(0, Classes.Count)
           where i != j && Counts[i, j] > 0
           orderby Counts[i, j] descending, i, j
           select (Classes[i], Classes[j], Counts[i, j]),
    ];

    /// <summary>Counts predictions.</summary>
    /// <param name="classes">Names, in the order of the outputs.</param>
    /// <param name="results">Label and class probabilities of each photo.</param>
    public static SplitEvaluation Of(IReadOnlyList<string> classes, IEnumerable<(int Label, float[] Probabilities)> results)
    {
        var counts = new long[classes.Count, classes.Count];
        var topFive = 0L;
        foreach (var (label, probabilities) in results)
        {
            counts[label, Array.IndexOf(probabilities, probabilities.Max())]++;
            if (probabilities.Count(p => p > probabilities[label]) < 5)
                topFive++;
        }
        return new SplitEvaluation(classes, counts, topFive);
    }
}
