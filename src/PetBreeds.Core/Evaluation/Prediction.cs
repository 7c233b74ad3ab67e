namespace PetBreeds.Evaluation;

/// <summary>A class and how probable the model finds it.</summary>
/// <param name="Name">The class.</param>
/// <param name="Probability">
/// 0 to 1. Of a model trained with cross-entropy, softmax over all classes: it sums to 1 even where no class is right. Of one trained with
/// bce, the class's own: all may be low.
/// </param>
public sealed record ClassProbability(string Name, double Probability)
{
    /// <summary>The most probable classes, best first.</summary>
    internal static ClassProbability[] Best(IReadOnlyList<string> classes, double[] probabilities, int top) =>
    [
        .. probabilities.Index().OrderByDescending(entry => entry.Item).ThenBy(entry => entry.Index).Take(top)
            .Select(entry => new ClassProbability(classes[entry.Index], entry.Item)),
    ];
}

/// <summary>The answer for one photo.</summary>
/// <param name="Path">The photo.</param>
/// <param name="Top">The most probable classes, best first; empty where the photo could not be read.</param>
/// <param name="Error">Why it could not be read, else null.</param>
public sealed record Prediction(string Path, IReadOnlyList<ClassProbability> Top, UserException? Error)
{
    /// <summary>
    /// Whether even the most probable class is below a threshold: none of the classes is right, or the photo tells too little.
    /// </summary>
    public bool IsNoneBelow(double threshold) => Error is null && (Top is not [var best, ..] || best.Probability < threshold);
}
