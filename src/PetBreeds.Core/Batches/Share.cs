namespace PetBreeds.Batches;

/// <summary>The photos of each batch, or of a pass, that one of several processes reads.</summary>
/// <param name="Rank">The process, counted from 0.</param>
/// <param name="Size">Number of processes.</param>
internal readonly record struct Share(int Rank, int Size)
{
    /// <summary>All photos.</summary>
    public static Share Whole => new(0, 1);

    /// <summary>Consecutive photos out of some; the sizes of two shares differ by at most one photo.</summary>
    public (int Start, int Count) Of(int photos)
    {
        var start = (int)((long)photos * Rank / Size);
        return (start, (int)((long)photos * (Rank + 1) / Size) - start);
    }
}
