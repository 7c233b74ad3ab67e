using PetBreeds.Batches.Augmentation;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Regularization;

namespace PetBreeds.Training.Steps;

/// <summary>What the loop needs to know besides its parts.</summary>
internal sealed record LoopOptions
{
    /// <summary>What training makes small.</summary>
    public LossKind Loss { get; init; }

    /// <summary>0 to below 1.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>What a photo of each class counts in the training loss; null: all the same. Validation counts all the same.</summary>
    public IReadOnlyList<float>? ClassWeights { get; init; }

    /// <summary>Mixing of photos with each other.</summary>
    public MixOptions Mixing { get; init; } = new();

    /// <summary>Decay of the weights' average, which is measured and kept in place of the last weights; 0: none.</summary>
    public double EmaDecay { get; init; }

    /// <summary>How far the augmentation goes.</summary>
    public AugmentOptions Augment { get; init; } = new();

    /// <summary>The run's seed; dropout and mixing hang on it and on the step.</summary>
    public int Seed { get; init; }

    /// <summary>Whether a loss that is not finite is answered, once, by going on from the last checkpoint at a lower rate.</summary>
    public bool Recover { get; init; }

    /// <summary>Losses are read off the device after so many steps; reading is free on a processor and makes a GPU wait.</summary>
    public int ReadEvery { get; init; } = 1;
}
