using System.Numerics;

namespace PetBreeds.Catalog.Verification;

/// <summary>
/// Finds all pairs of 64-bit hashes that differ in few bits, by multi-index hashing (M. Norouzi, A. Punjani, D. Fleet, "Fast Search in
/// Hamming Space with Multi-Index Hashing", 2012): of four bands of 16 bits, one differs in at most one bit where all differ in at most
/// seven, so each hash is compared only with those in 4 × 17 buckets. With evenly spread hashes that are 17 · n / 16,384 comparisons a
/// hash, 104 at n = 100,000; a tree over Hamming distances (Burkhard, Keller, 1973) visits a good part of all hashes at this distance.
/// </summary>
internal sealed class HashIndex
{
    /// <summary>The largest number of differing bits that is found: every band of four would have to differ in two for eight.</summary>
    public const int MaxDistance = (Bands * 2) - 1;

    private const int Bands = 4;
    private const int BandBits = 16;
    private const int Buckets = 1 << BandBits;

    private readonly ulong[] _hashes;
    private readonly int[][] _starts; // of each band: where each bucket begins, [Buckets + 1]
    private readonly int[][] _members; // of each band: hashes by bucket, in ascending order within each

    public HashIndex(IReadOnlyList<ulong> hashes)
    {
        _hashes = [.. hashes];
        _starts = new int[Bands][];
        _members = new int[Bands][];
        for (var band = 0; band < Bands; band++)
            (_starts[band], _members[band]) = Sort(band);
    }

    /// <summary>Every pair (i, j), i &lt; j, at most <see cref="MaxDistance"/> apart, once, in order of i.</summary>
    public IEnumerable<(int I, int J)> Pairs()
    {
        for (var i = 0; i < _hashes.Length; i++)
            for (var band = 0; band < Bands; band++)
                for (var flip = -1; flip < BandBits; flip++)
                {
                    var bucket = Key(_hashes[i], band) ^ (flip < 0 ? 0 : 1 << flip);
                    for (var at = _starts[band][bucket + 1] - 1; at >= _starts[band][bucket] && _members[band][at] is var j && j > i; at--)
                        if (BitOperations.PopCount(_hashes[i] ^ _hashes[j]) <= MaxDistance && IsFirst(_hashes[i] ^ _hashes[j], band))
                            yield return (i, j);
                }
    }

    /// <summary>A pair close in several bands is met in each of them.</summary>
    private static bool IsFirst(ulong difference, int band)
    {
        for (var earlier = 0; earlier < band; earlier++)
            if (BitOperations.PopCount((uint)Key(difference, earlier)) <= 1)
                return false;
        return true;
    }

    private static int Key(ulong hash, int band) => (int)(hash >> (band * BandBits)) & (Buckets - 1);

    private (int[] Starts, int[] Members) Sort(int band)
    {
        var starts = new int[Buckets + 1];
        foreach (var hash in _hashes)
            starts[Key(hash, band) + 1]++;
        for (var bucket = 0; bucket < Buckets; bucket++)
            starts[bucket + 1] += starts[bucket];
        var next = starts[..Buckets];
        var members = new int[_hashes.Length];
        for (var i = 0; i < _hashes.Length; i++)
            members[next[Key(_hashes[i], band)]++] = i;
        return (starts, members);
    }
}
