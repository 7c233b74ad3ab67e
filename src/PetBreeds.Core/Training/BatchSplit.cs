using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>
/// How many photos go through the network at once. A larger batch goes through in parts whose gradients are summed, so that a step sees
/// the same photos and the same mean loss; only batch norm sees the parts alone. Where memory runs out, the parts are halved for the rest
/// of the run.
/// </summary>
/// <param name="atOnce">At least 1.</param>
public sealed class BatchSplit(int atOnce)
{
    /// <summary>The most photos at once.</summary>
    public int AtOnce { get; private set; } = atOnce;

    /// <summary>Told the new <see cref="AtOnce"/> when memory has run out and the step is tried again.</summary>
    public event Action<int>? Halved;

    /// <summary>Called before each part with its photos; a test makes memory run out here.</summary>
    internal Action<int>? BeforePart { get; set; }

    /// <summary>The parts of a batch, of equal size up to one photo.</summary>
    /// <param name="photos">In the batch.</param>
    /// <param name="least">The fewest photos a part may have, where the batch has as many.</param>
    internal IEnumerable<(int Start, int Count)> Parts(int photos, int least)
    {
        var parts = Count(photos, least);
        for (var i = 0; i < parts; i++)
        {
            var (start, end) = (photos * i / parts, photos * (i + 1) / parts);
            BeforePart?.Invoke(end - start);
            yield return (start, end - start);
        }
    }

    /// <summary>A forward pass without gradients; where memory runs out, it is done again in smaller parts.</summary>
    /// <param name="photos">In the batch.</param>
    /// <param name="device">Where.</param>
    /// <param name="pass">Goes through the parts; what it did before memory ran out is forgotten.</param>
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
                if (!Halve(photos, least: 1))
                    throw new UserException($"{device} has too little memory for one photo", null, "Use a smaller --size or a shallower --arch.", e);
            }
        }
    }

    /// <summary>Goes on with what a run had come to.</summary>
    internal void Restore(int photos) => AtOnce = photos;

    /// <summary>Makes parts half as large.</summary>
    /// <returns>False if those of such a batch cannot be smaller.</returns>
    internal bool Halve(int photos, int least)
    {
        var largest = (photos + Count(photos, least) - 1) / Count(photos, least);
        if (largest < 2 * least)
            return false;
        AtOnce = (largest + 1) / 2;
        Halved?.Invoke(AtOnce);
        return true;
    }

    private int Count(int photos, int least) => Math.Max(1, Math.Min((photos + AtOnce - 1) / AtOnce, photos / least));
}
