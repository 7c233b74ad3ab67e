using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Steps;

/// <summary>
/// How many photos go through the network at once. A larger batch goes through in micro-batches whose gradients are summed, so that a step
/// sees the same photos and the same mean loss; only batch norm sees the micro-batches alone. Where memory runs out, they are halved for
/// the rest of the run.
/// </summary>
/// <param name="size">The most photos in one; at least 1.</param>
internal sealed class MicroBatches(int size)
{
    /// <summary>The most photos that go through the network at once.</summary>
    public int Size { get; private set; } = size;

    /// <summary>Raised with the new <see cref="Size"/> when memory has run out and the step is tried again.</summary>
    public event Action<int>? Halved;

    /// <summary>Called before each micro-batch with its number of photos; a test makes memory run out here.</summary>
    internal Action<int>? BeforeForward { get; set; }

    /// <summary>The micro-batches of a batch, of equal size up to one photo.</summary>
    /// <param name="photos">In the batch.</param>
    /// <param name="fewest">The fewest photos a micro-batch may have, where the batch has as many.</param>
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

    /// <summary>A forward pass without gradients; where memory runs out, it is done again in smaller micro-batches.</summary>
    /// <param name="photos">In the batch.</param>
    /// <param name="device">Where.</param>
    /// <param name="pass">Goes through the micro-batches; what it did before memory ran out is forgotten.</param>
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

    /// <summary>Continues with the size that a run had come to.</summary>
    internal void Restore(int size) => Size = size;

    /// <summary>Halves the micro-batches.</summary>
    /// <returns>False if those of such a batch cannot be smaller.</returns>
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
