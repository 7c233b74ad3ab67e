using PetBreeds.Runtime;

namespace PetBreeds.Training.Heads;

/// <summary>Parts for cross-validation in which each class has its share.</summary>
internal static class StratifiedParts
{
    /// <summary>The part of each photo, 0 to <paramref name="parts"/> − 1; the same on every machine.</summary>
    /// <param name="labels">The class of each photo.</param>
    /// <param name="parts">At least 1.</param>
    /// <param name="seed">Of the draw.</param>
    public static int[] Of(IReadOnlyList<int> labels, int parts, int seed)
    {
        var part = new int[labels.Count];
        var next = 0; // goes on from class to class, so that the parts differ by one photo at most
        foreach (var group in labels.Index().GroupBy(entry => entry.Item).OrderBy(group => group.Key))
        {
            int[] photos = [.. group.Select(entry => entry.Index)];
            new SeededRandom(0x5075, (ulong)seed, (ulong)group.Key).Shuffle<int>(photos);
            foreach (var photo in photos)
                part[photo] = next++ % parts;
        }
        return part;
    }
}
