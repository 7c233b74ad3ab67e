using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;

namespace PetBreeds.Training.Heads;

/// <summary>The views of a photo from which a head is solved: the centre, its mirror image, then augmented ones.</summary>
internal static class HeadViews
{
    private const int Epochs = 1_000_000; // separates the draws of views from those of training epochs

    /// <summary>The augmentation of a photo in a view.</summary>
    /// <param name="view">Counted from 0.</param>
    /// <param name="options">Strength of the augmentation from the third view on.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="photo">See <see cref="Sample.Key"/>.</param>
    public static AugmentParams Draw(int view, AugmentOptions options, int seed, ulong photo) => view switch
    {
        0 => AugmentParams.Identity,
        1 => AugmentParams.Identity with { Flip = true },
        _ => AugmentParams.Draw(options, seed, Epochs + view, photo) with { Flip = view % 2 == 1, Erased = null },
    };
}
