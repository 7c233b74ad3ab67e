namespace PetBreeds.Training.Configuration;

/// <summary>Explains to users who look for early stopping why there is none.</summary>
internal static class EarlyStopping
{
    /// <summary>The names users may try.</summary>
    public static IReadOnlyList<string> Names { get; } = ["early-stopping", "patience"];

    /// <summary>The explanation.</summary>
    /// <param name="place">Where the user asked for it.</param>
    public static UserException Refusal(string place) => new(
        "early stopping is not supported: 1cycle anneals the rate to zero at the planned end, and the last epochs are the best; stopped "
            + "earlier, "
        + "training would end at a high rate and do worse than a shorter run", place,
        "Plan a shorter run: fewer `epochs`, or `time 10m`, which plans as many epochs as fit.");
}
