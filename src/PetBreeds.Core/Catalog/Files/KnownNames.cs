namespace PetBreeds.Catalog.Files;

/// <summary>Finds the names of photos in the Unicode form they have on disk, whatever form a list uses.</summary>
internal sealed class KnownNames
{
    private readonly HashSet<string> exact;
    private readonly Dictionary<string, string> composed;

    /// <param name="names">The names as on disk.</param>
    public KnownNames(IEnumerable<string> names)
    {
        exact = new(names, StringComparer.Ordinal);
        composed = exact.Order(StringComparer.Ordinal).DistinctBy(ComposedText.Of).ToDictionary(ComposedText.Of, StringComparer.Ordinal);
    }

    /// <summary>The name as on disk; null if there is none.</summary>
    public string? Find(string name) => exact.Contains(name) ? name : composed.GetValueOrDefault(ComposedText.Of(name));
}
