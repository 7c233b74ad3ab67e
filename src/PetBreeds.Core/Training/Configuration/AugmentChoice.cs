using PetBreeds.Batches.Augmentation;

namespace PetBreeds.Training.Configuration;

/// <summary>Maps the augmentation settings to their options.</summary>
internal static class AugmentChoice
{
    /// <summary>The options for a configuration.</summary>
    public static AugmentOptions Of(TrainOptions config) =>
        (config.Augment is { } steps ? new AugmentOptions { Steps = steps } : AugmentOptions.None) with
        {
            ErasingProbability = config.RandomErasing,
        };
}
