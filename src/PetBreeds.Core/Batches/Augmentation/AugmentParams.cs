using PetBreeds.Runtime;

namespace PetBreeds.Batches.Augmentation;

/// <summary>The augmentation of one photo in one epoch. The defaults change nothing and use the centre.</summary>
internal sealed record AugmentParams
{
    /// <summary>No augmentation, centre window: the validation crop.</summary>
    public static AugmentParams Identity { get; } = new();

    /// <summary>Position of the square window along the photo's long side, 0 to 1.</summary>
    public double Window { get; init; } = .5;

    /// <summary>Whether the photo is flipped horizontally.</summary>
    public bool Flip { get; init; }

    /// <summary>Rotation in degrees.</summary>
    public double Rotate { get; init; }

    /// <summary>Zoom factor, 1 or more.</summary>
    public double Zoom { get; init; } = 1;

    /// <summary>Centre of the zoom, as shares of width and height.</summary>
    public (double X, double Y) ZoomCentre { get; init; } = (.5, .5);

    /// <summary>Perspective warp along each axis, in half widths.</summary>
    public (double X, double Y) Warp { get; init; }

    /// <summary>Share of the window's area that is kept.</summary>
    public double CropArea { get; init; } = 1;

    /// <summary>Position of the crop within its possible range, 0 to 1 each.</summary>
    public (double X, double Y) CropPlace { get; init; } = (.5, .5);

    /// <summary>Brightness as a probability whose logit is added to the pixels' logits; .5 changes nothing.</summary>
    public double Brightness { get; init; } = .5;

    /// <summary>Factor on the pixels' logits; 1 changes nothing.</summary>
    public double Contrast { get; init; } = 1;

    /// <summary>The rectangle erased from the network's input; null for none.</summary>
    public ErasedBox? Erased { get; init; }

    /// <summary>Draws the augmentation of one photo. It depends only on these arguments, so that any epoch can be replayed.</summary>
    /// <param name="options">Strength of the augmentation.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">Number of the epoch, counted over the whole run.</param>
    /// <param name="item">A stable key of the photo.</param>
    public static AugmentParams Draw(AugmentOptions options, int seed, int epoch, ulong item)
    {
        var random = new SeededRandom(0xA09, (ulong)seed, (ulong)epoch, item);
        // Every number is drawn whether it is used or not, so that a changed probability does not shift later draws.
        return new AugmentParams
        {
            Window = random.NextDouble(),
            Flip = random.NextBool(options.FlipProbability),
            Rotate = Maybe(ref random, options.AffineProbability, -options.MaxRotate, options.MaxRotate, 0),
            Zoom = Maybe(ref random, options.AffineProbability, 1, options.MaxZoom, 1),
            ZoomCentre = (random.NextDouble(), random.NextDouble()),
            Warp = (Maybe(ref random, options.WarpProbability, -options.MaxWarp, options.MaxWarp, 0),
                Maybe(ref random, options.WarpProbability, -options.MaxWarp, options.MaxWarp, 0)),
            CropArea = random.NextDouble(options.MinScale, 1),
            CropPlace = (random.NextDouble(), random.NextDouble()),
            Brightness = Maybe(ref random, options.LightingProbability, .5 - options.MaxLighting / 2, .5 + options.MaxLighting / 2, .5),
            Contrast = Math.Exp(Maybe(ref random, options.LightingProbability,
                Math.Log(1 - options.MaxLighting), -Math.Log(1 - options.MaxLighting), 0)),
            Erased = RandomErasing.Draw(options.ErasingProbability, seed, epoch, item),
        };
    }

    private static double Maybe(ref SeededRandom random, double p, double low, double high, double otherwise)
    {
        var happens = random.NextBool(p);
        var value = random.NextDouble(low, high);
        return happens ? value : otherwise;
    }
}
