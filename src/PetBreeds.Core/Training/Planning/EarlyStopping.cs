namespace PetBreeds.Training.Planning;

/// <summary>Why there is none, for those who look for it.</summary>
public static class EarlyStopping
{
    /// <summary>What people call it.</summary>
    public static IReadOnlyList<string> Names { get; } = ["early-stopping", "patience"];

    /// <summary>The answer.</summary>
    /// <param name="place">Flag or line.</param>
    public static UserException Refusal(string place) => new(
        "there is no early stopping: under 1cycle the rate falls to nothing at the planned end, and the last epochs are the best ones; stopped before, "
        + "training would end at a high rate, worse than a shorter training", place,
        "Plan a shorter one: fewer --epochs, or --time 10m, which plans as many epochs as fit.");
}
