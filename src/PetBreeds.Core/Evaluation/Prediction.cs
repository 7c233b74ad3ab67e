namespace PetBreeds.Evaluation;

/// <summary>A class and its predicted probability.</summary>
/// <param name="Name">The name of the class.</param>
/// <param name="Probability">
/// The probability, 0 to 1. For a model trained with cross-entropy, a softmax over all classes: probabilities sum to 1 even if no class is
/// right. For a model trained with bce, an independent probability of this class: all may be low.
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

/// <summary>The classes of a photo, before the best are chosen.</summary>
/// <param name="Probabilities">One for each class, in the order of <see cref="Models.ModelCard.Classes"/>.</param>
/// <param name="Unfamiliar">See <see cref="Prediction.IsUnfamiliar"/>.</param>
internal sealed record ClassifiedPhoto(double[] Probabilities, bool Unfamiliar);

/// <summary>The prediction for one photo.</summary>
/// <param name="Path">Path of the photo.</param>
/// <param name="Top">The most probable classes, most probable first; empty if the photo could not be read.</param>
/// <param name="Error">The reason if the photo could not be read; otherwise null.</param>
public sealed record Prediction(string Path, IReadOnlyList<ClassProbability> Top, UserException? Error)
{
    /// <summary>
    /// Whether the photo's features lie further from those of the validation photos than 99% of photos like these do, so that it probably
    /// shows something else than the classes, however sure the network is. False if the model has no
    /// <see cref="Models.FeatureSpace"/>.
    /// </summary>
    public bool IsUnfamiliar { get; init; }

    /// <summary>
    /// Whether probably none of the classes is right: even the most probable class is below a threshold (0 to 1), or the photo is unlike
    /// those the model knows (<see cref="IsUnfamiliar"/>). False for threshold 0, or if the photo could not be read.
    /// </summary>
    public bool IsNoneBelow(double threshold) => Error is null && threshold > 0
        && (IsUnfamiliar || Top is not [var best, ..] || best.Probability < threshold);
}
