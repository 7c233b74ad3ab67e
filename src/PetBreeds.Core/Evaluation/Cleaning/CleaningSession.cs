using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;

namespace PetBreeds.Evaluation.Cleaning;

/// <summary>A selection of photos to show.</summary>
internal enum CleaningView
{
    /// <summary>Photos whose label is doubtful.</summary>
    Suspects,

    /// <summary>All photos, the most doubtful first.</summary>
    All,

    /// <summary>Photos that look the same as others, in groups.</summary>
    Copies,

    /// <summary>Photos that have been decided on, the latest first.</summary>
    Decided,
}

/// <summary>A query for photos.</summary>
/// <param name="View">The selection.</param>
/// <param name="Class">Only photos with this label when they were judged; null for all.</param>
/// <param name="Split">Only photos of this split; null for all.</param>
/// <param name="OnlyOpen">Whether to leave out photos that have been decided on.</param>
internal sealed record CleaningQuery(CleaningView View, int? Class, Split? Split, bool OnlyOpen);

/// <summary>
/// The photos of a data set under review: ranked, grouped, and with the decisions made so far. Each decision is in the file when
/// <see cref="Decide"/> returns. Thread-safe.
/// </summary>
internal sealed class CleaningSession
{
    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly IReadOnlyList<string> _oldLabels;
    private readonly CleaningDecision?[] _decisions;
    private readonly List<CleaningDecision> _others = []; // about photos that are not in this session: they stay in the file
    private readonly Stack<(int Photo, CleaningDecision? Before)> _undo = new();
    private readonly List<int> _order = []; // of the decisions, the latest last
    private readonly int[] _group;

    /// <param name="classes">All classes.</param>
    /// <param name="photos">The photos, in the order in which to show them.</param>
    /// <param name="copies">Groups of photos that look the same, as indices into <paramref name="photos"/>.</param>
    /// <param name="oldLabels">The label of each photo in the data set.</param>
    /// <param name="file">The file for decisions.</param>
    /// <param name="before">Earlier decisions.</param>
    /// <exception cref="UserException">An earlier decision names a label that does not exist.</exception>
    public CleaningSession(IReadOnlyList<string> classes, IReadOnlyList<RankedPhoto> photos, IReadOnlyList<IReadOnlyList<int>> copies,
        IReadOnlyList<string> oldLabels, string file, IReadOnlyList<CleaningDecision> before)
    {
        (Classes, Photos, Copies, _oldLabels, _file) = (classes, photos, copies, oldLabels, file);
        _decisions = new CleaningDecision?[photos.Count];
        _group = [.. photos.Select(_ => -1)];
        foreach (var (g, group) in copies.Index())
            foreach (var i in group)
                _group[i] = g;
        var places = photos.Index().ToDictionary(entry => entry.Item.Photo.Name, entry => entry.Index, StringComparer.Ordinal);
        foreach (var decision in before)
        {
            if (decision.Label is { } label && !classes.Contains(label))
                throw new UserException($"line {decision.Line}: no photo of the data set has the label '{label}'", file,
                    "Correct the line, or remove it.");
            if (places.TryGetValue(decision.Photo, out var place))
                (_decisions[place], _) = (decision, Touch(place));
            else
                _others.Add(decision);
        }
    }

    /// <summary>All classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The photos, which are identified by their indices.</summary>
    public IReadOnlyList<RankedPhoto> Photos { get; }

    /// <summary>Groups of photos that look the same.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Copies { get; }

    /// <summary>The file for decisions.</summary>
    public string File => _file;

    /// <summary>The decision on a photo; null if there is none.</summary>
    public CleaningDecision? DecisionOn(int photo)
    {
        lock (_gate)
            return _decisions[photo];
    }

    /// <summary>The index of a photo's group of copies; −1 if it is in none.</summary>
    public int GroupOf(int photo) => _group[photo];

    /// <summary>The number of decided photos, by action.</summary>
    public IReadOnlyDictionary<CleaningAction, int> Counts()
    {
        lock (_gate)
            return _decisions.OfType<CleaningDecision>().CountBy(d => d.Action).ToDictionary();
    }

    /// <summary>
    /// The indices of the photos that match a query, in order. A group of copies is returned as a whole if any of its photos matches.
    /// </summary>
    public IReadOnlyList<int> Find(CleaningQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        lock (_gate)
            return query.View switch
            {
                CleaningView.Suspects => [.. Places().Where(i => Photos[i].Suspect && Chosen(i, query))],
                CleaningView.Copies => [.. Copies.Where(group => group.Any(i => Chosen(i, query))).SelectMany(group => group)],
                CleaningView.Decided => [.. Enumerable.Reverse(_order).Where(i => Chosen(i, query with { OnlyOpen = false }))],
                _ => [.. Places().Where(i => Chosen(i, query))],
            };
    }

    /// <summary>Makes a decision on a photo and saves it.</summary>
    /// <param name="photo">Index of the photo.</param>
    /// <param name="action">What to do.</param>
    /// <param name="label">
    /// Index of the new class for <see cref="CleaningAction.Relabel"/>, otherwise null. The photo's current label means to keep it.
    /// </param>
    /// <exception cref="UserException">The decision cannot be saved, and is not made.</exception>
    public void Decide(int photo, CleaningAction action, int? label)
    {
        lock (_gate)
        {
            var old = _oldLabels[photo];
            var name = action == CleaningAction.Relabel ? Classes[label ?? throw new ArgumentNullException(nameof(label))] : null;
            // To keep a label that an earlier cleaning corrected, the correction is repeated.
            if (action == CleaningAction.Keep && Classes[Photos[photo].Photo.Label] is var judged && judged != old)
                (action, name) = (CleaningAction.Relabel, judged);
            if (name == old)
                (action, name) = (CleaningAction.Keep, null);
            var before = _decisions[photo];
            Set(photo, new CleaningDecision(Photos[photo].Photo.Name, action, name, old));
            _undo.Push((photo, before));
        }
    }

    /// <summary>Undoes the last decision of this session and saves.</summary>
    /// <returns>Index of the photo; null if there is nothing to undo.</returns>
    /// <exception cref="UserException">The change cannot be saved, and the decision stands.</exception>
    public int? Undo()
    {
        lock (_gate)
        {
            if (!_undo.TryPeek(out var last))
                return null;
            Set(last.Photo, last.Before);
            _undo.Pop();
            return last.Photo;
        }
    }

    private IEnumerable<int> Places() => Enumerable.Range(0, Photos.Count);

    private bool Chosen(int i, CleaningQuery query) => (query.Class is not { } label || Photos[i].Photo.Label == label)
        && (query.Split is not { } split || Photos[i].Photo.Split == split) && (!query.OnlyOpen || _decisions[i] is null);

    private void Set(int photo, CleaningDecision? decision)
    {
        var before = _decisions[photo];
        _decisions[photo] = decision;
        try
        {
            CleaningFile.Write(_file, _decisions.OfType<CleaningDecision>().Concat(_others));
        }
        catch (UserException)
        {
            _decisions[photo] = before;
            throw;
        }
        Touch(photo);
    }

    private bool Touch(int photo)
    {
        _order.Remove(photo);
        if (_decisions[photo] is not null)
            _order.Add(photo);
        return true;
    }
}
