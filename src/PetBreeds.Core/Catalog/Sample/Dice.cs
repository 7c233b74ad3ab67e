using PetBreeds.Runtime;

namespace PetBreeds.Catalog.Sample;

/// <summary>The random choices of one picture, in the order in which they are requested.</summary>
internal sealed class Dice(params ReadOnlySpan<ulong> keys)
{
    private SeededRandom random = new(keys);

    public float Between(double low, double high) => (float)random.NextDouble(low, high);

    public bool Chance(double p) => random.NextBool(p);

    public int Index(int count) => random.NextInt(count);

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[random.NextInt(choices.Length)];
}
