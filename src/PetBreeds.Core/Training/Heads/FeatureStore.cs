using static TorchSharp.torch;

namespace PetBreeds.Training.Heads;

/// <summary>Where features are kept while a head is solved.</summary>
internal abstract class FeatureStore : IDisposable
{
    /// <param name="inFile">Whether to keep them in a file instead of in memory.</param>
    /// <param name="rows">The most rows to be kept.</param>
    /// <param name="width">Number of features.</param>
    /// <exception cref="UserException">There is not enough space for the file, or it cannot be created.</exception>
    public static FeatureStore Create(bool inFile, long rows, int width) =>
        inFile ? new FeatureFile(rows, width) : new FeatureMemory(rows, width);

    /// <summary>Writes rows.</summary>
    /// <param name="row">Where, counted from 0.</param>
    /// <param name="values">float32 [n, features], on the CPU.</param>
    /// <exception cref="UserException">They cannot be written.</exception>
    public abstract void Write(long row, Tensor values);

    /// <summary>The first rows, until the store is disposed.</summary>
    public abstract FeatureMatrix First(long rows);

    public abstract void Dispose();
}

/// <summary>A store in memory.</summary>
internal sealed class FeatureMemory(long rows, int width) : FeatureStore
{
    private readonly Tensor _values = empty([rows, width], ScalarType.Float32).DetachFromDisposeScope();

    public override void Write(long row, Tensor values)
    {
        using var scope = NewDisposeScope();
        _values.narrow(0, row, values.shape[0]).copy_(values);
    }

    public override FeatureMatrix First(long rows) => new TensorFeatures(_values.narrow(0, 0, rows));

    public override void Dispose() => _values.Dispose();
}
