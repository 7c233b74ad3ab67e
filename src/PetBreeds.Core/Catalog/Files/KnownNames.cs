namespace PetBreeds.Catalog.Files;

/// <summary>Finds names of photos in the Unicode form that they have on the disk, whatever form a list has them in.</summary>
internal sealed class KnownNames
{
    private readonly HashSet<string> exact;
    private readonly Dictionary<string, string> composed;

    /// <param name="names">As they are on the disk.</param>
    public KnownNames(IEnumerable<string> names)
    {
        exact = new(names, StringComparer.Ordinal);
        composed = exact.Order(StringComparer.Ordinal).DistinctBy(ComposedText.Of).ToDictionary(ComposedText.Of, StringComparer.Ordinal);
    }

    /// <summary>The name as it is on the disk; null where there is none.</summary>
    public string? Find(string name) => exact.Contains(name) ? name : composed.GetValueOrDefault(ComposedText.Of(name));
}
