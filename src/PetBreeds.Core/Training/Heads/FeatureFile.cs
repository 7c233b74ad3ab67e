using Microsoft.Win32.SafeHandles;
using PetBreeds.Runtime;
using PetBreeds.Runtime.Files;
using static TorchSharp.torch;

namespace PetBreeds.Training.Heads;

/// <summary>
/// A store for features that do not fit in memory: a temporary file of float32, which disappears with the process, even if that is killed.
/// The system keeps in memory what fits.
/// </summary>
internal sealed class FeatureFile : FeatureStore
{
    private const string Remedy = "Free some space, set PETBREEDS_CACHE to a folder on a larger disk, or use fewer views.";

    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly int _width;

    /// <inheritdoc cref="FeatureStore.Create"/>
    /// <param name="rows"><inheritdoc/></param>
    /// <param name="width"><inheritdoc/></param>
    /// <param name="folder">Where to create it; null for <see cref="Folder"/>.</param>
    public FeatureFile(long rows, int width, string? folder = null)
    {
        folder ??= Folder;
        (_width, _path) = (width, Path.Combine(folder, $"{Guid.NewGuid():n}.features"));
        FreeSpace.Require(folder, rows * RowBytes, "the features of the photos", Remedy);
        _handle = Guard(() => File.OpenHandle(
            _path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.DeleteOnClose));
        if (!OperatingSystem.IsWindows())
            File.Delete(_path); // the open file lives on without its name
    }

    /// <summary>Size of the blocks that are read, in bytes.</summary>
    internal int BlockBytes { private get; init; } = 1 << 25;

    /// <summary>Where such files are.</summary>
    public static string Folder => CacheFolder.Sub("features");

    private long RowBytes => (long)_width * sizeof(float);

    public override void Write(long row, Tensor values)
    {
        using var block = values.contiguous();
        Guard(() =>
        {
            RandomAccess.Write(_handle, block.bytes, row * RowBytes);
            return true;
        });
    }

    public override FeatureMatrix First(long rows) => new Stored(this, rows, null, null);

    public override void Dispose() => _handle.Dispose();

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"the features of the photos cannot be kept in a file: {e.Message}", _path, Remedy, e);
        }
    }

    private void Read(long row, Span<byte> values)
    {
        var at = row * RowBytes;
        while (values.Length > 0)
        {
            var read = RandomAccess.Read(_handle, values, at);
            if (read == 0)
                throw new EndOfStreamException("The file of features ends before its last row.");
            at += read;
            values = values[read..];
        }
    }

    /// <summary>Rows of a file, standardised while they are read.</summary>
    /// <param name="file">The file.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="rows">Their places in the file; null for the first ones.</param>
    /// <param name="scaling">Mean and spread of each feature; null for raw features.</param>
    private sealed class Stored(FeatureFile file, long count, long[]? rows, (double[] Mean, double[] Spread)? scaling) : FeatureMatrix
    {
        public override long Rows => count;

        public override int Width => file._width;

        public override ScalarType Type => ScalarType.Float32;

        public override Device Device => CPU;

        public override IEnumerable<Tensor> Blocks()
        {
            var most = Math.Max(1, file.BlockBytes / file.RowBytes);
            using var mean = Row(scaling?.Mean);
            using var spread = Row(scaling?.Spread);
            for (long start = 0; start < count; start += most)
            {
                using var block = empty([Math.Min(most, count - start), Width], ScalarType.Float32);
                Fill(block, start);
                if (scaling is not null)
                    Scale(block, mean!, spread!);
                yield return block;
            }
        }

        public override FeatureMatrix Take(long[] taken) =>
            new Stored(file, taken.Length, rows is null ? taken : [.. taken.Select(row => rows[row])], scaling);

        public override FeatureMatrix Standardise(double[] mean, double[] spread) =>
            new Stored(file, count, rows, scaling is null ? (mean, spread) : throw new NotSupportedException("They are standardised."));

        private static Tensor? Row(double[]? values) => values is null ? null : tensor(Array.ConvertAll(values, value => (float)value));

        private static void Scale(Tensor block, Tensor mean, Tensor spread)
        {
            using var scope = NewDisposeScope();
            block.sub_(mean).div_(spread);
        }

        /// <summary>Reads a block; consecutive rows at once.</summary>
        private void Fill(Tensor block, long start)
        {
            var bytes = block.bytes;
            var (length, width) = (block.shape[0], (int)file.RowBytes);
            for (long first = 0, next; first < length; first = next)
            {
                next = first + 1;
                while (next < length && At(start + next) == At(start + next - 1) + 1)
                    next++;
                file.Read(At(start + first), bytes[(int)(first * width)..(int)(next * width)]);
            }
        }

        private long At(long row) => rows is null ? row : rows[row];
    }
}
