namespace PetBreeds.Batches.Augmentation;

/// <summary>How often photos are interpolated on their way to the network's input.</summary>
public enum AugmentSteps
{
    /// <summary>Once, straight from the presized photo.</summary>
    Once,

    /// <summary>Twice, as fastai does: see <see cref="FastaiAugment"/>.</summary>
    Fastai,

    /// <summary>Five times at the network's size, as without presizing: see <see cref="NaiveAugment"/>.</summary>
    Chain,
}

/// <summary>How far the augmentation goes; the defaults are those of fastai's <c>aug_transforms(min_scale=.75)</c>.</summary>
/// <remarks>Probabilities are 0 to 1.</remarks>
internal sealed record AugmentOptions
{
    /// <summary>No augmentation: all of a square window, which still is another one of a long photo each epoch.</summary>
    public static AugmentOptions None { get; } = new()
    {
        FlipProbability = 0,
        AffineProbability = 0,
        WarpProbability = 0,
        LightingProbability = 0,
        MinScale = 1,
    };

    /// <summary>In how many interpolations.</summary>
    public AugmentSteps Steps { get; init; }

    /// <summary>Probability that a rectangle is erased; none by default, as in fastai.</summary>
    public double ErasingProbability { get; init; }

    /// <summary>Probability of a mirror image.</summary>
    public double FlipProbability { get; init; } = .5;

    /// <summary>Probability of a rotation, and independently of a zoom.</summary>
    public double AffineProbability { get; init; } = .75;

    /// <summary>Largest rotation to either side, degrees.</summary>
    public double MaxRotate { get; init; } = 10;

    /// <summary>Largest enlargement, 1 or more.</summary>
    public double MaxZoom { get; init; } = 1.1;

    /// <summary>Probability of a change of perspective, for each axis on its own.</summary>
    public double WarpProbability { get; init; } = .75;

    /// <summary>Largest shift of a corner by the change of perspective, in half widths.</summary>
    public double MaxWarp { get; init; } = .2;

    /// <summary>Probability of a change of brightness, and independently of contrast.</summary>
    public double LightingProbability { get; init; } = .75;

    /// <summary>Largest change of brightness and contrast, 0 to 1: brightness .5 ± half of it, contrast 1 − it to its inverse.</summary>
    public double MaxLighting { get; init; } = .2;

    /// <summary>Smallest share of the window's area that the random resized crop keeps, above 0 and up to 1.</summary>
    public double MinScale { get; init; } = .75;
}
