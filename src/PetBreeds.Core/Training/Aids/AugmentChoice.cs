using PetBreeds.Batches;

namespace PetBreeds.Training.Aids;

/// <summary>From a way of augmenting to its options.</summary>
internal static class AugmentChoice
{
    /// <summary>What a configuration asks for.</summary>
    public static AugmentOptions Of(TrainConfig config) => (config.Augment == AugmentMethod.None ? AugmentOptions.None : new AugmentOptions()) with
    {
        Steps = config.Augment switch
        {
            AugmentMethod.Fastai => AugmentSteps.Fastai,
            AugmentMethod.Chain => AugmentSteps.Chain,
            _ => AugmentSteps.Once,
        },
        ErasingProbability = config.RandomErasing,
    };
}
