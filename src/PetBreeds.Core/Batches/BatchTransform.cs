using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Batches;

/// <summary>
/// Turns a batch of square windows into the network's input, on the batch's device: flip, rotation, zoom, perspective warp and random
/// resized crop in one sampling grid and one interpolation, followed by lighting and normalisation. Without augmentation, the same code
/// produces the validation crop.
/// </summary>
/// <remarks>
/// fastai interpolates twice (augment at the presized size, then crop and resize). If the output samples the window more coarsely than
/// pixel by pixel, each output pixel is the mean of several bilinear samples on a regular sub-grid (supersampling), which avoids aliasing
/// with a single interpolation.
/// </remarks>
internal sealed class BatchTransform : IDisposable
{
    private readonly AugmentSteps _steps;
    private readonly int _size;
    private readonly Normalization _normalization;
    private readonly Dictionary<(int Samples, string Device), Tensor> _grids = [];
    private readonly Dictionary<string, (Tensor Scale, Tensor Shift)> _normalizers = [];

    /// <param name="size">Side of the output in pixels.</param>
    /// <param name="normalization">Applied last.</param>
    /// <param name="steps">The number of interpolations.</param>
    public BatchTransform(int size, Normalization normalization, AugmentSteps steps = AugmentSteps.Once)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        (_size, _normalization, _steps) = (size, normalization, steps);
    }

    /// <summary>Side of the output in pixels.</summary>
    public int Size => _size;

    /// <summary>Computes the network's input on a device, from either form of a batch.</summary>
    /// <returns>float32 [N, 3, size, size]; disposed by the caller or the surrounding scope.</returns>
    public Tensor Input(Batch batch, Device device)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Input(batch.Pixels, batch.Draws, device);
    }

    /// <param name="pixels">See <see cref="Batch.Pixels"/>.</param>
    /// <param name="draws">One draw per photo.</param>
    /// <param name="device">The device of the result.</param>
    internal Tensor Input(Tensor pixels, IReadOnlyList<AugmentParams> draws, Device device)
    {
        using var scope = NewDisposeScope();
        var there = pixels.to(device, non_blocking: true); // a new handle, even if it is there already
        var input = there.dtype == ScalarType.Float32 ? there : Apply(there, draws);
        RandomErasing.Apply(input, draws);
        return input.MoveToOuterDisposeScope();
    }

    /// <summary>Transforms a batch.</summary>
    /// <param name="windows">uint8 [N, S, S, 3], RGB.</param>
    /// <param name="draws">The draws of the N photos.</param>
    /// <returns>float32 [N, 3, size, size], normalised; disposed by the caller or the surrounding scope.</returns>
    public Tensor Apply(Tensor windows, IReadOnlyList<AugmentParams> draws)
    {
        if (windows.dim() != 4 || windows.shape[1] != windows.shape[2] || windows.shape[3] != 3 || windows.shape[0] != draws.Count)
            throw new ArgumentException($"expected uint8 [{draws.Count}, S, S, 3], got [{string.Join(", ", windows.shape)}]",
                nameof(windows));
        using var scope = NewDisposeScope();
        var pixels = windows.permute(0, 3, 1, 2).to(ScalarType.Float32).contiguous().DivInPlace(255); // float32 [N,3,S,S]
        var sampled = Light(Interpolate(pixels, draws), draws);
        var (scale, shift) = Normalizer(windows.device);
        return sampled.mul_(scale).AddInPlace(shift).MoveToOuterDisposeScope();
    }

    private Tensor Interpolate(Tensor pixels, IReadOnlyList<AugmentParams> draws) => _steps switch
    {
        AugmentSteps.Fastai when !draws.All(draw => draw == AugmentParams.Identity) => FastaiAugment.Apply(pixels, draws, _size),
        AugmentSteps.Chain when !draws.All(draw => draw == AugmentParams.Identity) => NaiveAugment.Apply(pixels, draws, _size),
        _ => Sample(pixels, draws),
    };

    /// <summary>The single interpolation. float32 [N,C,S,S] in 0..1 → float32 [N,C,size,size].</summary>
    internal Tensor Sample(Tensor pixels, IReadOnlyList<AugmentParams> draws)
    {
        var window = (int)pixels.shape[2];
        var samples = Supersampling(window, _size);
        var side = (long)_size * samples;
        using var scope = NewDisposeScope();
        var maps = tensor(Maps(draws, window), [draws.Count, 3, 3], device: pixels.device); // float32 [N,3,3], transposed
        var points = matmul(BaseGrid(samples, pixels.device), maps); // float32 [N, side², 3], homogeneous
        var grid = points.narrow(2, 0, 2).div(points.narrow(2, 2, 1)).reshape(draws.Count, side, side, 2);
        var sampled = nn.functional.grid_sample(pixels, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Reflection,
            align_corners: true);
        return (samples == 1 ? sampled : nn.functional.avg_pool2d(sampled, samples)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Adds brightness to the logits of the pixels and multiplies them by contrast. Input and output: float32 [N,C,H,W] in 0..1.
    /// </summary>
    internal static Tensor Light(Tensor pixels, IReadOnlyList<AugmentParams> draws)
    {
        if (draws.All(draw => draw is { Brightness: .5, Contrast: 1 }))
            return pixels;
        using var scope = NewDisposeScope();
        var shift = PerImage(pixels, draws, draw => Math.Log(draw.Brightness / (1 - draw.Brightness)));
        var scale = PerImage(pixels, draws, draw => draw.Contrast);
        return pixels.logit(Lighting.Epsilon).AddInPlace(shift).mul_(scale).sigmoid_().MoveToOuterDisposeScope();
    }

    /// <summary>Frees the cached grids.</summary>
    public void Dispose()
    {
        foreach (var grid in _grids.Values)
            grid.Dispose();
        foreach (var (scale, shift) in _normalizers.Values)
        {
            scale.Dispose();
            shift.Dispose();
        }
        _grids.Clear();
        _normalizers.Clear();
    }

    /// <summary>Number of bilinear samples along each axis per output pixel.</summary>
    internal static int Supersampling(int window, int size) => Math.Max(1, (int)Math.Round((double)window / size));

    /// <summary>The map from output to input coordinates for a draw: crop, then flip, rotation and zoom, then perspective warp.</summary>
    internal static Projection Map(AugmentParams draw, int window)
    {
        var side = window * Math.Sqrt(draw.CropArea);
        var room = window - side;
        return Projection.Warp(draw.Warp) * Projection.Flip(draw.Flip) * Projection.Rotate(draw.Rotate)
            * Projection.Zoom(draw.Zoom, draw.ZoomCentre)
            * Projection.Crop(room * draw.CropPlace.X, room * draw.CropPlace.Y, side, window);
    }

    private static float[] Maps(IReadOnlyList<AugmentParams> draws, int window)
    {
        var maps = new float[draws.Count * 9];
        for (var n = 0; n < draws.Count; n++)
        {
            var map = Map(draws[n], window);
            for (var i = 0; i < 9; i++)
                maps[n * 9 + i] = (float)map[i % 3, i / 3]; // transposed: points are rows
        }
        return maps;
    }

    private static Tensor PerImage(Tensor like, IReadOnlyList<AugmentParams> draws, Func<AugmentParams, double> value) =>
        tensor([.. draws.Select(draw => (float)value(draw))], [draws.Count, 1, 1, 1], device: like.device);

    /// <summary>Pixel centres of the output's sub-grid as rows (x, y, 1), where −1 and 1 are the edges. float32 [side², 3].</summary>
    private Tensor BaseGrid(int samples, Device device)
    {
        if (_grids.TryGetValue((samples, device.ToString()), out var cached))
            return cached;
        using var scope = NewDisposeScope();
        var side = (long)_size * samples;
        var axis = TensorMath.Arange(side).MulInPlace(2).AddInPlace(1).DivInPlace(side).AddInPlace(-1);
        var x = axis.unsqueeze(0).expand(side, side);
        var y = axis.unsqueeze(1).expand(side, side);
        var grid = stack([x, y, ones_like(x)], 2).reshape(side * side, 3).to(device).DetachFromDisposeScope();
        return _grids[(samples, device.ToString())] = grid;
    }

    private (Tensor Scale, Tensor Shift) Normalizer(Device device)
    {
        if (_normalizers.TryGetValue(device.ToString(), out var cached))
            return cached;
        float[] scale = [.. _normalization.Std.Select(std => 1 / std)];
        float[] shift = [.. _normalization.Mean.Zip(_normalization.Std, (mean, std) => -mean / std)];
        return _normalizers[device.ToString()] = (
            tensor(scale, [1, 3, 1, 1], device: device).DetachFromDisposeScope(),
            tensor(shift, [1, 3, 1, 1], device: device).DetachFromDisposeScope());
    }
}
