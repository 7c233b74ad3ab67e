using PetBreeds.Batches;

namespace PetBreeds.Training.Aids;

/// <summary>The ways of augmenting that have a name.</summary>
internal static class AugmentChoice
{
    private const string Usual = "once", None = "none";

    /// <summary>The names, the usual one first.</summary>
    public static string[] Names { get; } = [Usual, "fastai", "chain", None];

    /// <summary>What a configuration asks for.</summary>
    public static AugmentOptions Of(TrainConfig config) => (config.Augment == None ? AugmentOptions.None : new AugmentOptions()) with
    {
        Steps = config.Augment switch
        {
            "fastai" => AugmentSteps.Fastai,
            "chain" => AugmentSteps.Chain,
            _ => AugmentSteps.Once,
        },
        ErasingProbability = config.RandomErasing,
    };
}
