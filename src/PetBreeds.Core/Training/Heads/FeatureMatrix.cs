using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Heads;

/// <summary>Rows of features, one for each photo and view. They are read in blocks, because not all may fit in memory at once.</summary>
internal abstract class FeatureMatrix
{
    /// <summary>Number of rows.</summary>
    public abstract long Rows { get; }

    /// <summary>Number of features.</summary>
    public abstract int Width { get; }

    /// <summary>float32 or float64.</summary>
    public abstract ScalarType Type { get; }

    /// <summary>Where the blocks are.</summary>
    public abstract Device Device { get; }

    /// <summary>All rows in order. [n, <see cref="Width"/>], valid until the next block is read.</summary>
    public abstract IEnumerable<Tensor> Blocks();

    /// <summary>Some of the rows, in that order.</summary>
    public abstract FeatureMatrix Take(long[] rows);

    /// <summary>(x − mean) / spread.</summary>
    /// <param name="mean">[<see cref="Width"/>].</param>
    /// <param name="spread">[<see cref="Width"/>], above 0.</param>
    public abstract FeatureMatrix Standardise(double[] mean, double[] spread);

    /// <summary>Whether no element is NaN or infinite. Only the extremes are looked at, so that no mask of their size is needed.</summary>
    public bool IsFinite()
    {
        foreach (var block in Blocks())
        {
            using var scope = NewDisposeScope();
            if (block.numel() > 0 && !HostRead.Values(stack([block.min(), block.max()])).All(double.IsFinite))
                return false;
        }
        return true;
    }

    /// <summary>Mean and standard deviation (of the population) of each feature; blocks are combined as in Chan et al. (1979).</summary>
    public (double[] Mean, double[] Deviation) Moments()
    {
        var (mean, squares) = (new double[Width], new double[Width]);
        long before = 0;
        foreach (var block in Blocks())
        {
            using var scope = NewDisposeScope();
            var count = block.shape[0];
            var (own, variance) = (HostRead.Values(block.mean([0])), HostRead.Values(block.var(0, unbiased: false)));
            for (var f = 0; f < Width; f++)
            {
                var apart = own[f] - mean[f];
                squares[f] += variance[f] * count + apart * apart * before * count / (before + count);
                mean[f] += apart * count / (before + count);
            }
            before += count;
        }
        return (mean, [.. squares.Select(sum => Math.Sqrt(sum / before))]);
    }
}

/// <summary>Features in memory: one block.</summary>
/// <param name="values">float32 or float64 [rows, features].</param>
internal sealed class TensorFeatures(Tensor values) : FeatureMatrix
{
    /// <summary>The tensor itself.</summary>
    public Tensor Values => values;

    public override long Rows => values.shape[0];

    public override int Width => checked((int)values.shape[1]);

    public override ScalarType Type => values.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;

    public override Device Device => values.device;

    public override IEnumerable<Tensor> Blocks() => [values];

    public override FeatureMatrix Take(long[] rows) => new TensorFeatures(values.index_select(0, tensor(rows)));

    public override FeatureMatrix Standardise(double[] mean, double[] spread) =>
        new TensorFeatures(values.sub(tensor(mean).to(values.dtype)).div_(tensor(spread).to(values.dtype)));
}
