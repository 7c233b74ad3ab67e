namespace PetBreeds.Evaluation;

/// <summary>The metrics of one class.</summary>
/// <param name="Name">The class.</param>
/// <param name="Support">Number of photos of the class.</param>
/// <param name="Precision">Share of the photos predicted as this class that belong to it; NaN if there are none.</param>
/// <param name="Recall">Share of the photos of this class that were predicted as such; NaN if there are none.</param>
/// <param name="F1">Harmonic mean of precision and recall; NaN if the class neither has photos nor was predicted.</param>
internal sealed record ClassResult(string Name, long Support, double Precision, double Recall, double F1);

/// <summary>A class that was confused with another.</summary>
/// <param name="Actual">Index of the true class.</param>
/// <param name="Predicted">Index of the predicted class.</param>
/// <param name="Count">How often.</param>
/// <param name="Examples">Some of the photos, the most confident mistakes first.</param>
internal sealed record ConfusedPair(int Actual, int Predicted, long Count, IReadOnlyList<PhotoResult> Examples);

/// <summary>
/// The evaluation of a model on labelled photos. All metrics are those of scikit-learn with its defaults, but where that defines 0/0 as 0,
/// this returns NaN.
/// </summary>
internal sealed class SplitEvaluation
{
    internal SplitEvaluation(EvaluationCollector counted)
    {
        (Classes, Counts) = (counted.Classes, counted.Counts);
        (TopFive, LogLoss) = (counted.TopFive, counted.LossSum / counted.Photos);
        (Calibration, RightConfidences, WrongConfidences) = (counted.Calibration, counted.RightConfidences, counted.WrongConfidences);
        Unfamiliar = counted.Unfamiliar;
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

    /// <summary>Class names, in the order of the matrix.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Confusion matrix [actual, predicted].</summary>
    public long[,] Counts { get; }

    /// <summary>Total number of photos, at least 1.</summary>
    public long Photos { get; }

    /// <summary>Number of photos whose most probable class is right.</summary>
    public long Right { get; }

    /// <summary>
    /// Number of photos whose class is among the five most probable; of equally probable classes, the last ones come first, as in
    /// scikit-learn.
    /// </summary>
    public long TopFive { get; }

    /// <summary>Share of photos whose most probable class is right, 0 to 1.</summary>
    public double Accuracy => (double)Right / Photos;

    /// <summary>1 − <see cref="Accuracy"/>.</summary>
    public double Error => (double)(Photos - Right) / Photos;

    /// <summary>95% confidence interval of the error on all photos of this kind.</summary>
    public ErrorInterval ErrorInterval => ErrorInterval.Wilson(Photos - Right, Photos);

    /// <summary>Share of photos whose class is among the five most probable, 0 to 1.</summary>
    public double TopFiveAccuracy => (double)TopFive / Photos;

    /// <summary>Mean recall over the classes that have photos (<c>balanced_accuracy_score</c>).</summary>
    public double MeanClassAccuracy => PerClass.Where(row => row.Support > 0).Average(row => row.Recall);

    /// <summary>Mean F1 over the classes that have photos or were predicted (<c>f1_score(average="macro")</c>).</summary>
    public double MacroF1 => PerClass.Where(row => !double.IsNaN(row.F1)).Average(row => row.F1);

    /// <summary>Mean of <see cref="PhotoResult.Loss"/>.</summary>
    public double LogLoss { get; }

    /// <summary>The calibration of the confidences.</summary>
    public CalibrationBins Calibration { get; }

    /// <summary>Confidences of the correct predictions; 0 for photos unlike those the model knows.</summary>
    public ConfidenceHistogram RightConfidences { get; }

    /// <summary>Confidences of the wrong predictions; 0 for photos unlike those the model knows.</summary>
    public ConfidenceHistogram WrongConfidences { get; }

    /// <summary>Number of photos unlike those the model knows.</summary>
    public long Unfamiliar { get; }

    /// <summary>The photos with the highest losses, highest first.</summary>
    public IReadOnlyList<PhotoResult> TopLosses { get; }

    /// <summary>The most confident correct prediction of each class; null if there is none.</summary>
    public IReadOnlyList<PhotoResult?> Typical { get; }

    /// <summary>The metrics of each class.</summary>
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
