namespace PetBreeds.Catalog;

/// <summary>Files left out of a catalog for one reason.</summary>
/// <param name="Reason">Why, in a few words: "no photo", "in no list".</param>
/// <param name="Count">How many; at least 1.</param>
/// <param name="Example">The name of the first of them.</param>
public sealed record PassedOver(string Reason, int Count, string Example);

/// <summary>Counts files left out, by reason, in the order the reasons first came up.</summary>
internal sealed class PassedOverTally
{
    private readonly List<PassedOver> counts = [];

    public IReadOnlyList<PassedOver> Counts => counts;

    public void Add(string reason, string example)
    {
        var at = counts.FindIndex(c => c.Reason == reason);
        if (at < 0)
            counts.Add(new PassedOver(reason, 1, example));
        else
            counts[at] = counts[at] with { Count = counts[at].Count + 1 };
    }
}
