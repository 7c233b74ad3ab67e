using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Steps;

/// <summary>
/// How many photos go through the network at once. A larger batch is split into micro-batches whose gradients are summed, so that a step
/// sees the same photos and the same mean loss; only batch norm sees each micro-batch on its own. If memory runs out, they are halved for
/// the rest of the run.
/// </summary>
/// <param name="size">Maximum number of photos in a micro-batch, at least 1.</param>
internal sealed class MicroBatches(int size)
{
    /// <summary>Maximum number of photos that go through the network at once.</summary>
    public int Size { get; private set; } = size;

    /// <summary>Raised with the new <see cref="Size"/> when memory has run out and the step is retried.</summary>
    public event Action<int>? Halved;

    /// <summary>Called before each micro-batch with its number of photos; tests make memory run out here.</summary>
    internal Action<int>? BeforeForward { get; set; }

    /// <summary>Splits a batch into micro-batches whose sizes differ by at most one photo.</summary>
    /// <param name="photos">Number of photos in the batch.</param>
    /// <param name="fewest">Minimum number of photos in a micro-batch, if the batch has that many.</param>
    internal IEnumerable<(int Start, int Count)> Of(int photos, int fewest)
    {
        var number = Number(photos, fewest);
        for (var i = 0; i < number; i++)
        {
            var (start, end) = (photos * i / number, photos * (i + 1) / number);
            BeforeForward?.Invoke(end - start);
            yield return (start, end - start);
        }
    }

    /// <summary>Runs a forward pass without gradients; if memory runs out, it is repeated in smaller micro-batches.</summary>
    /// <param name="photos">Number of photos in the batch.</param>
    /// <param name="device">The device it runs on.</param>
    /// <param name="pass">Runs over the micro-batches; the results of an attempt that ran out of memory are discarded.</param>
    /// <exception cref="UserException">Not even one photo fits.</exception>
    internal T Forward<T>(int photos, Device device, Func<T> pass)
    {
        while (true)
        {
            try
            {
                return pass();
            }
            catch (Exception e) when (OutOfMemory.Is(e))
            {
                if (!Halve(photos, fewest: 1))
                    throw new UserException($"{device} has too little memory for one photo", null,
                        "Use a smaller `size` or a shallower `arch`.", e);
            }
        }
    }

    /// <summary>Continues with the size a run had reached.</summary>
    internal void Restore(int size) => Size = size;

    /// <summary>Halves the micro-batches.</summary>
    /// <returns>False if they cannot be smaller for such a batch.</returns>
    internal bool Halve(int photos, int fewest)
    {
        var number = Number(photos, fewest);
        var largest = (photos + number - 1) / number;
        if (largest < 2 * fewest)
            return false;
        Size = (largest + 1) / 2;
        Halved?.Invoke(Size);
        return true;
    }

    private int Number(int photos, int fewest) => Math.Max(1, Math.Min((photos + Size - 1) / Size, photos / fewest));
}
