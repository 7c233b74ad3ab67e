using PetBreeds.Batches;

namespace PetBreeds.Training;

/// <summary>What the loop needs to know besides its parts.</summary>
public sealed record TrainerOptions
{
    /// <summary>See <see cref="Criterion"/>.</summary>
    public string Loss { get; init; } = Criterion.Softmax;

    /// <summary>0 to below 1.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>How far the augmentation goes.</summary>
    public AugmentOptions Augment { get; init; } = new();

    /// <summary>The run's seed; dropout hangs on it and on the step.</summary>
    public int Seed { get; init; }

    /// <summary>Losses are read off the device after so many steps; reading is free on a processor and makes a GPU wait.</summary>
    public int ReadEvery { get; init; } = 1;
}
