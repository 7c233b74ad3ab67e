using System.Numerics;

namespace PetBreeds.Catalog.Verification;

/// <summary>
/// Finds all pairs of 64-bit hashes that differ in few bits, by multi-index hashing (M. Norouzi, A. Punjani, D. Fleet, "Fast Search in
/// Hamming Space with Multi-Index Hashing", 2012): if two hashes differ in at most seven bits, one of their four bands of 16 bits differs
/// in at most one, so each hash is compared only with those in 4 × 17 buckets. With evenly distributed hashes, that is 17 · n / 16,384
/// comparisons per hash, or 104 for n = 100,000; a tree over Hamming distances (Burkhard, Keller, 1973) visits a large part of all hashes
/// at this distance.
/// </summary>
internal sealed class HashIndex
{
    /// <summary>Maximum number of differing bits that is found: with eight, all four bands could differ in two bits.</summary>
    public const int MaxDistance = (Bands * 2) - 1;

    private const int Bands = 4;
    private const int BandBits = 16;
    private const int Buckets = 1 << BandBits;

    private readonly ulong[] _hashes;
    private readonly int[][] _starts; // for each band: where each bucket starts, [Buckets + 1]
    private readonly int[][] _members; // for each band: hashes by bucket, in ascending order within each

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

    /// <summary>A pair that is close in several bands is found in each of them.</summary>
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
