using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels;

namespace PetBreeds.Batches;

/// <summary>
/// <see cref="BatchTransform"/> for one photo on one core, directly from the pixel cache to its place in the batch: if the network runs on
/// the CPU, tensor operations over whole batches (eight passes over the memory) would make augmentation too expensive. The results are the
/// same, up to rounding.
/// </summary>
/// <param name="size">Side of the output in pixels.</param>
/// <param name="normalization">Applied last.</param>
internal sealed class PhotoTransform(int size, Normalization normalization)
{
    /// <summary>Side of the output in pixels.</summary>
    public int Size => size;

    private static readonly Vector256<float> TapSign = Vector256.Create(-1f, -1, -1, -1, 1, 1, 1, 1);
    private static readonly Vector256<float> TapBase = Vector256.Create(1f, 1, 1, 1, 0, 0, 0, 0);

    /// <summary>Transforms a photo.</summary>
    /// <param name="pixels">uint8 [H, W, 3], RGB.</param>
    /// <param name="photo">W and H; the shorter one is the window's side, at least 2.</param>
    /// <param name="draw">The augmentation of the photo.</param>
    /// <param name="output">float32 [3, size, size], normalised.</param>
    public void Apply(ReadOnlySpan<byte> pixels, (int Width, int Height) photo, AugmentParams draw, Span<float> output)
    {
        var window = Math.Min(photo.Width, photo.Height);
        if (window < 2 || pixels.Length != photo.Width * photo.Height * 3 || output.Length != 3 * size * size)
            throw new ArgumentException($"a photo of {photo.Width}×{photo.Height} does not fit {pixels.Length} bytes and "
                + $"{output.Length} numbers");
        var samples = BatchTransform.Supersampling(window, size);
        var (left, top) = Window.Place(photo, window, draw.Window);
        var grid = new SampleRow(BatchTransform.Map(draw, window), window, size * samples, photo.Width * 3);
        var source = new Source(pixels, (top * photo.Width + left) * 3, photo.Width * 3);
        var lighting = Lighting.Of(draw);
        var row = ArrayPool<float>.Shared.Rent(8 * size);
        var points = ArrayPool<float>.Shared.Rent(3 * grid.Length);
        try
        {
            for (var y = 0; y < size; y++)
            {
                var sums = row.AsSpan(0, 8 * size); // two taps of (r, g, b, –) for each pixel
                sums.Clear();
                for (var sub = 0; sub < samples; sub++)
                {
                    grid.Fill(y * samples + sub, points);
                    Accumulate(source, grid.Length, points, samples, sums);
                }
                Finish(sums, 1f / (255 * samples * samples), lighting, output, y * size);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(row);
            ArrayPool<float>.Shared.Return(points);
        }
    }

    /// <summary>Adds the bilinear samples of one line of the sub-grid to the sums of the output pixels they belong to.</summary>
    private static void Accumulate(Source source, int points, ReadOnlySpan<float> line, int samples, Span<float> sums)
    {
        ref var offset = ref Unsafe.As<float, int>(ref MemoryMarshal.GetReference(line));
        ref var fx = ref MemoryMarshal.GetReference(line[points..]);
        ref var fy = ref MemoryMarshal.GetReference(line[(2 * points)..]);
        ref var sum = ref MemoryMarshal.GetReference(sums);
        ref var upper = ref Unsafe.AsRef(in source.Upper);
        ref var lower = ref Unsafe.AsRef(in source.Lower);
        var lastLoad = source.LastLoad;
        for (nuint at = 0, j = 0; at < (nuint)sums.Length; at += 8)
        {
            var total = Vector256.LoadUnsafe(ref sum, at);
            for (var end = j + (nuint)samples; j < end; j++)
            {
                var place = Unsafe.Add(ref offset, j);
                var load = Math.Min(place, lastLoad); // at the photo's very last pixels: never read past them
                var above = Neighbours(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref upper, place)));
                var below = Neighbours(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref lower, load)) >> (8 * (place - load)));
                var between = Vector256.FusedMultiplyAdd(
                    Vector256.ConvertToSingle(below - above), Vector256.Create(Unsafe.Add(ref fy, j)), Vector256.ConvertToSingle(above));
                var weights = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref fx, j)), TapSign, TapBase);
                total = Vector256.FusedMultiplyAdd(between, weights, total);
            }
            total.StoreUnsafe(ref sum, at);
        }
    }

    /// <summary>Expands six bytes r g b r g b to (r, g, b, 0, r, g, b, 0).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Neighbours(ulong six)
    {
        var bytes = Vector128.Shuffle(Vector128.CreateScalar(six).AsByte(),
            Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 255, 255, 255, 255, 255, 255, 255, 255));
        if (Avx2.IsSupported)
            return Avx2.ConvertToVector256Int32(bytes);
        var (low, high) = Vector128.Widen(Vector128.WidenLower(bytes));
        return Vector256.Create(low, high).AsInt32();
    }

    /// <summary>Applies the mean over samples, lighting and normalisation, and converts pixels to planes.</summary>
    private void Finish(Span<float> sums, float scale, Lighting? lighting, Span<float> output, int at)
    {
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = output.Slice(channel * size * size + at, size);
            ref var sum = ref sums[channel];
            for (var x = 0; x < plane.Length; x++, sum = ref Unsafe.Add(ref sum, 8))
                plane[x] = (sum + Unsafe.Add(ref sum, 4)) * scale;
            lighting?.Apply(plane);
            var (factor, shift) = (1 / normalization.Std[channel], -normalization.Mean[channel] / normalization.Std[channel]);
            foreach (ref var value in plane)
                value = value * factor + shift;
        }
    }

    /// <summary>The window in a photo: its first pixel, the one below it, and the range from which eight bytes can be read.</summary>
    private readonly ref struct Source(ReadOnlySpan<byte> pixels, int origin, int rowBytes)
    {
        public readonly ref readonly byte Upper = ref pixels[origin];
        public readonly ref readonly byte Lower = ref pixels[origin + rowBytes];

        public int LastLoad { get; } = pixels.Length - origin - rowBytes - sizeof(ulong);
    }
}
