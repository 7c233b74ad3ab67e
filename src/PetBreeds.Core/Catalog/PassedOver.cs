namespace PetBreeds.Catalog;

/// <summary>Files left out of a catalog for the same reason.</summary>
/// <param name="Reason">The reason in a few words, such as "not a photo" or "not in any list".</param>
/// <param name="Count">Number of files, at least 1.</param>
/// <param name="Example">Name of the first one.</param>
internal sealed record PassedOver(string Reason, int Count, string Example);

/// <summary>
/// Collects files that are left out, by reason, in the order in which reasons first occurred. A tolerant tally also accepts what training
/// rejects (such as a listed photo that does not exist), so that verification can report it and continue.
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

    /// <summary>What training would have rejected; always empty if not tolerant.</summary>
    public IReadOnlyList<(string Name, string Problem)> Problems => problems;

    public void Add(string reason, string name)
    {
        if (files.Find(f => f.Reason == reason).Names is { } names)
            names.Add(name);
        else
            files.Add((reason, [name]));
    }

    /// <summary>All reasons with a count and an example, to append to a statement; empty if nothing was left out.</summary>
    public string Said => files.Count == 0 ? ""
        : ": " + string.Join(", ", Counts.Select(p => $"{p.Count} {p.Reason} (such as {p.Example})"));

    /// <summary>The folders that were searched, relative to the root, without those that were skipped.</summary>
    public List<string> Folders { get; } = [];

    /// <summary>Concerns about classes.</summary>
    public IReadOnlyList<Concern> Concerns => concerns;

    /// <summary>Why each file is left out, by its name.</summary>
    public IReadOnlyDictionary<string, string> Reasons =>
        files.SelectMany(f => f.Names, (f, name) => (name, f.Reason)).DistinctBy(p => p.name)
            .ToDictionary(p => p.name, p => p.Reason, StringComparer.Ordinal);

    /// <summary>Records something that the user should know.</summary>
    public void Add(Concern concern) => concerns.Add(concern);

    /// <summary>Gives files a reason that overrides any other; those that were not left out before are from now on.</summary>
    public void Override(string reason, IReadOnlySet<string> names)
    {
        foreach (var (_, others) in files)
            others.RemoveAll(names.Contains);
        files.RemoveAll(f => f.Names.Count == 0);
        foreach (var name in names.Order(StringComparer.Ordinal))
            Add(reason, name);
    }

    /// <summary>Records something that training would reject.</summary>
    public void AddProblem(string name, string problem) => problems.Add((name, problem));

    /// <summary>The files left out for all reasons with this beginning.</summary>
    public IEnumerable<string> NamesFrom(string beginning) =>
        files.Where(f => f.Reason.StartsWith(beginning, StringComparison.Ordinal)).SelectMany(f => f.Names);

    /// <summary>The files left out for one reason; empty if there are none.</summary>
    public IReadOnlyList<string> NamesOf(string reason) => files.Find(f => f.Reason == reason).Names ?? [];
}
