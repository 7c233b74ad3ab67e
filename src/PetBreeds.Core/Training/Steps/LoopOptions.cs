using PetBreeds.Batches.Augmentation;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Regularization;

namespace PetBreeds.Training.Steps;

/// <summary>Options of the training loop.</summary>
internal sealed record LoopOptions
{
    /// <summary>The loss that training minimises.</summary>
    public LossKind Loss { get; init; }

    /// <summary>Label smoothing, at least 0 and below 1.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// Weight of each class's photos in the training loss; null for equal weights. Validation always weights them equally.
    /// </summary>
    public IReadOnlyList<float>? ClassWeights { get; init; }

    /// <summary>How photos are mixed with each other.</summary>
    public MixOptions Mixing { get; init; } = new();

    /// <summary>Decay of the moving average of the weights, which is validated and saved instead of the weights; 0 turns it off.</summary>
    public double EmaDecay { get; init; }

    /// <summary>The options of the augmentation.</summary>
    public AugmentOptions Augment { get; init; } = new();

    /// <summary>The run's seed; dropout and mixing depend on it and on the step.</summary>
    public int Seed { get; init; }

    /// <summary>Whether to continue, once, from the last checkpoint at a lower rate when the loss is not finite.</summary>
    public bool Recover { get; init; }

    /// <summary>The number format in which several processes exchange gradients.</summary>
    public ReducePrecision ReducePrecision { get; init; }

    /// <summary>Number of steps after which losses are read from the device; reading is free on a CPU, but synchronises a GPU.</summary>
    public int ReadEvery { get; init; } = 1;
}
