namespace PetBreeds.Batches.Augmentation;

/// <summary>How often augmentation interpolates photos on their way to the network's input.</summary>
public enum AugmentSteps
{
    /// <summary>Once, directly from the presized photo.</summary>
    Once,

    /// <summary>Twice, as in fastai; see <see cref="FastaiAugment"/>.</summary>
    Fastai,

    /// <summary>Five times at the network's input size, as without presizing; see <see cref="NaiveAugment"/>.</summary>
    Chain,
}

/// <summary>Strength of the augmentation; the defaults are those of fastai's <c>aug_transforms(min_scale=.75)</c>.</summary>
/// <remarks>Probabilities range from 0 to 1.</remarks>
internal sealed record AugmentOptions
{
    /// <summary>No augmentation: an entire square window, whose position in the photo still varies from epoch to epoch.</summary>
    public static AugmentOptions None { get; } = new()
    {
        FlipProbability = 0,
        AffineProbability = 0,
        WarpProbability = 0,
        LightingProbability = 0,
        MinScale = 1,
    };

    /// <summary>The number of interpolations.</summary>
    public AugmentSteps Steps { get; init; }

    /// <summary>Probability that a rectangle is erased; 0 by default, as in fastai.</summary>
    public double ErasingProbability { get; init; }

    /// <summary>Probability of a horizontal flip.</summary>
    public double FlipProbability { get; init; } = .5;

    /// <summary>Probability of a rotation, and independently of a zoom.</summary>
    public double AffineProbability { get; init; } = .75;

    /// <summary>Maximum rotation in either direction, in degrees.</summary>
    public double MaxRotate { get; init; } = 10;

    /// <summary>Maximum zoom factor, 1 or more.</summary>
    public double MaxZoom { get; init; } = 1.1;

    /// <summary>Probability of a perspective warp, independently for each axis.</summary>
    public double WarpProbability { get; init; } = .75;

    /// <summary>Maximum shift of a corner by the perspective warp, in half widths.</summary>
    public double MaxWarp { get; init; } = .2;

    /// <summary>Probability of a change of brightness, and independently of contrast.</summary>
    public double LightingProbability { get; init; } = .75;

    /// <summary>Maximum change m of brightness and contrast, 0 to 1: brightness .5 ± m/2, contrast from 1 − m to 1/(1 − m).</summary>
    public double MaxLighting { get; init; } = .2;

    /// <summary>Minimum share of the window's area that the random resized crop keeps, above 0 and up to 1.</summary>
    public double MinScale { get; init; } = .75;
}
