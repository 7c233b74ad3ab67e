using PetBreeds.Batches.Augmentation;

namespace PetBreeds.Training.Configuration;

/// <summary>From a way of augmenting to its options.</summary>
internal static class AugmentChoice
{
    /// <summary>What a configuration asks for.</summary>
    public static AugmentOptions Of(TrainOptions config) =>
        (config.Augment is { } steps ? new AugmentOptions { Steps = steps } : AugmentOptions.None) with
        {
            ErasingProbability = config.RandomErasing,
        };
}
