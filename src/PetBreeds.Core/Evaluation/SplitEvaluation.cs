namespace PetBreeds.Evaluation;

/// <summary>One class's numbers.</summary>
/// <param name="Name">The class.</param>
/// <param name="Support">Photos of it.</param>
/// <param name="Precision">Share of the photos called it that are it; not a number where none was called it.</param>
/// <param name="Recall">Share of its photos that were called it; not a number where it has none.</param>
/// <param name="F1">Harmonic mean of both; not a number where it neither has photos nor was called.</param>
internal sealed record ClassResult(string Name, long Support, double Precision, double Recall, double F1);

/// <summary>A class taken for another.</summary>
/// <param name="Actual">The right class, an index.</param>
/// <param name="Predicted">The class it was taken for.</param>
/// <param name="Count">How often.</param>
/// <param name="Examples">Some of the photos, the surest mistakes first.</param>
internal sealed record ConfusedPair(int Actual, int Predicted, long Count, IReadOnlyList<PhotoResult> Examples);

/// <summary>
/// What a model is worth on labelled photos. Every metric is scikit-learn's with its defaults; where that says 0 for 0/0, this says not a
/// number.
/// </summary>
internal sealed class SplitEvaluation
{
    internal SplitEvaluation(EvaluationCollector counted)
    {
        (Classes, Counts) = (counted.Classes, counted.Counts);
        (TopFive, LogLoss) = (counted.TopFive, counted.LossSum / counted.Photos);
        (Calibration, RightConfidences, WrongConfidences) = (counted.Calibration, counted.RightConfidences, counted.WrongConfidences);
        (TopLosses, Typical) = (counted.TopLosses, counted.Typical);
        Photos = counted.Photos;
        PerClass = [.. Classes.Select((name, i) => OfClass(name, i))];
        Right = Enumerable.Range(0, Classes.Count).Sum(i => Counts[i, i]);
        MostConfused =
        [
            .. from i in Enumerable.Range(0, Classes.Count)
               from j in Enumerable.Range(0, Classes.Count)
               where i != j && Counts[i, j] > 0
               orderby Counts[i, j] descending, i, j
               select new ConfusedPair(i, j, Counts[i, j], counted.Examples(i, j)),
        ];
    }

    /// <summary>Names, in the order of the matrix.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Confusion matrix [actual, predicted].</summary>
    public long[,] Counts { get; }

    /// <summary>Photos in all, at least 1.</summary>
    public long Photos { get; }

    /// <summary>Photos whose most probable class is right.</summary>
    public long Right { get; }

    /// <summary>
    /// Photos whose class is among the five most probable; of equally probable classes the last count first, as in scikit-learn.
    /// </summary>
    public long TopFive { get; }

    /// <summary>Share of photos whose most probable class is right, 0 to 1.</summary>
    public double Accuracy => (double)Right / Photos;

    /// <summary>One less <see cref="Accuracy"/>.</summary>
    public double Error => (double)(Photos - Right) / Photos;

    /// <summary>Where the error on all photos of this kind may lie: 95% confidence.</summary>
    public ErrorInterval ErrorInterval => ErrorInterval.Wilson(Photos - Right, Photos);

    /// <summary>Share of photos whose class is among the five most probable.</summary>
    public double TopFiveAccuracy => (double)TopFive / Photos;

    /// <summary>Mean recall of the classes that have photos (<c>balanced_accuracy_score</c>).</summary>
    public double MeanClassAccuracy => PerClass.Where(row => row.Support > 0).Average(row => row.Recall);

    /// <summary>Mean F1 of the classes that have photos or were called (<c>f1_score(average="macro")</c>).</summary>
    public double MacroF1 => PerClass.Where(row => !double.IsNaN(row.F1)).Average(row => row.F1);

    /// <summary>Mean of <see cref="PhotoResult.Loss"/>.</summary>
    public double LogLoss { get; }

    /// <summary>How sure answers were and how often right.</summary>
    public CalibrationBins Calibration { get; }

    /// <summary>How sure the right answers were.</summary>
    public ConfidenceHistogram RightConfidences { get; }

    /// <summary>How sure the wrong answers were.</summary>
    public ConfidenceHistogram WrongConfidences { get; }

    /// <summary>The photos with the highest losses, highest first.</summary>
    public IReadOnlyList<PhotoResult> TopLosses { get; }

    /// <summary>Of each class its surest right answer; null where there is none.</summary>
    public IReadOnlyList<PhotoResult?> Typical { get; }

    /// <summary>Numbers for each class.</summary>
    public IReadOnlyList<ClassResult> PerClass { get; }

    /// <summary>Pairs of classes that were confused, most frequent first.</summary>
    public IReadOnlyList<ConfusedPair> MostConfused { get; }

    private ClassResult OfClass(string name, int i)
    {
        var (actual, predicted) = (0L, 0L);
        for (var j = 0; j < Classes.Count; j++)
            (actual, predicted) = (actual + Counts[i, j], predicted + Counts[j, i]);
        var right = (double)Counts[i, i];
        return new ClassResult(name, actual, right / predicted, right / actual, 2 * right / (actual + predicted));
    }
}
