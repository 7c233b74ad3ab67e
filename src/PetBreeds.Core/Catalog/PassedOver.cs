namespace PetBreeds.Catalog;

/// <summary>Files left out of a catalog for one reason.</summary>
/// <param name="Reason">Why, in a few words: "no photo", "not in any list".</param>
/// <param name="Count">How many; at least 1.</param>
/// <param name="Example">The name of the first of them.</param>
internal sealed record PassedOver(string Reason, int Count, string Example);

/// <summary>
/// Names files left out, by reason, in the order the reasons first came up. A tolerant one also takes what training refuses (a listed photo
/// that does not exist), so that verification can report it and go on.
/// </summary>
internal sealed class PassedOverTally(bool tolerant = false)
{
    private readonly List<(string Reason, List<string> Names)> files = [];
    private readonly List<(string Name, string Problem)> problems = [];
    private readonly List<Concern> concerns = [];

    public bool Tolerant => tolerant;

    public IReadOnlyList<PassedOver> Counts => [.. files.Select(f => new PassedOver(f.Reason, f.Names.Count, f.Names[0]))];

    /// <summary>All files left out.</summary>
    public IEnumerable<string> Names => files.SelectMany(f => f.Names);

    /// <summary>What training would have refused; always empty where not tolerant.</summary>
    public IReadOnlyList<(string Name, string Problem)> Problems => problems;

    public void Add(string reason, string name)
    {
        if (files.Find(f => f.Reason == reason).Names is { } names)
            names.Add(name);
        else
            files.Add((reason, [name]));
    }

    /// <summary>All reasons with a count and an example, to follow a statement; empty where nothing was left out.</summary>
    public string Said => files.Count == 0 ? ""
        : ": " + string.Join(", ", Counts.Select(p => $"{p.Count} {p.Reason} (such as {p.Example})"));

    /// <summary>The folders that were searched, relative to the root; those passed over are not among them.</summary>
    public List<string> Folders { get; } = [];

    /// <summary>What is the matter with classes.</summary>
    public IReadOnlyList<Concern> Concerns => concerns;

    /// <summary>Why each file is left out, by its name.</summary>
    public IReadOnlyDictionary<string, string> Reasons =>
        files.SelectMany(f => f.Names, (f, name) => (name, f.Reason)).DistinctBy(p => p.name)
            .ToDictionary(p => p.name, p => p.Reason, StringComparer.Ordinal);

    /// <summary>Takes note of what whoever trains should know.</summary>
    public void Add(Concern concern) => concerns.Add(concern);

    /// <summary>Gives files a reason that overrides any other; those of them that were not left out yet are from now on.</summary>
    public void Override(string reason, IReadOnlySet<string> names)
    {
        foreach (var (_, others) in files)
            others.RemoveAll(names.Contains);
        files.RemoveAll(f => f.Names.Count == 0);
        foreach (var name in names.Order(StringComparer.Ordinal))
            Add(reason, name);
    }

    /// <summary>Takes note of what training refuses.</summary>
    public void AddProblem(string name, string problem) => problems.Add((name, problem));

    /// <summary>The files left out for all reasons that begin so.</summary>
    public IEnumerable<string> NamesFrom(string beginning) =>
        files.Where(f => f.Reason.StartsWith(beginning, StringComparison.Ordinal)).SelectMany(f => f.Names);

    /// <summary>The files left out for one reason; empty where there are none.</summary>
    public IReadOnlyList<string> NamesOf(string reason) => files.Find(f => f.Reason == reason).Names ?? [];
}
