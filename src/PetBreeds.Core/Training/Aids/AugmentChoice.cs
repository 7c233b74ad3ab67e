using PetBreeds.Batches;

namespace PetBreeds.Training.Aids;

/// <summary>From a way of augmenting to its options.</summary>
internal static class AugmentChoice
{
    /// <summary>What a configuration asks for.</summary>
    public static AugmentOptions Of(TrainConfig config) => (config.Augment is { } steps ? new AugmentOptions { Steps = steps } : AugmentOptions.None) with
    {
        ErasingProbability = config.RandomErasing,
    };
}
