namespace PetBreeds.Runtime;

/// <summary>
/// Random numbers that depend only on the given keys and are the same on every platform: SplitMix64 (Steele, Lea, Flood, 2014) over a state
/// mixed from the keys. A draw for (seed, epoch, item) can be repeated at any time, in any order, on any thread.
/// </summary>
internal struct SeededRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15; // 2^64 / golden ratio: the increment of the paper

    private ulong _state;

    /// <summary>Creates a generator for the given keys; the order of the keys matters.</summary>
    public SeededRandom(params ReadOnlySpan<ulong> keys)
    {
        foreach (var key in keys)
            _state = Mix(_state + Golden + key);
    }

    /// <summary>A key for a text, so that a draw can depend on a file's name: FNV-1a over its UTF-16 code units.</summary>
    public static ulong Key(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
            hash = (hash ^ c) * 1099511628211UL;
        return hash;
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64() => Mix(_state += Golden);

    /// <summary>Uniform in [0, 1), with 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [low, high).</summary>
    public double NextDouble(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>True with probability <paramref name="p"/>.</summary>
    public bool NextBool(double p) => NextDouble() < p;

    /// <summary>Uniform in [0, <paramref name="exclusiveMax"/>).</summary>
    public int NextInt(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMax);
        return (int)(((UInt128)NextUInt64() * (ulong)exclusiveMax) >> 64);
    }

    /// <summary>Shuffles in place (Fisher–Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
