using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;

namespace PetBreeds.Evaluation.Cleaning;

/// <summary>Which photos to show.</summary>
internal enum CleaningView
{
    /// <summary>Those whose label is doubted.</summary>
    Suspects,

    /// <summary>All, the most doubtful first.</summary>
    All,

    /// <summary>Those that look the same as another, together.</summary>
    Copies,

    /// <summary>Those that were decided about, the latest first.</summary>
    Decided,
}

/// <summary>A choice of photos.</summary>
/// <param name="View">Which.</param>
/// <param name="Class">Only those with this label when they were judged; null takes all.</param>
/// <param name="Split">Only those of this split; null takes all.</param>
/// <param name="OnlyOpen">Whether to leave out what was decided.</param>
internal sealed record CleaningQuery(CleaningView View, int? Class, Split? Split, bool OnlyOpen);

/// <summary>
/// The photos of a data set on somebody's table: ranked, grouped, and with what was decided. Each decision is in the file when <see
/// cref="Decide"/> returns. Safe from several threads.
/// </summary>
internal sealed class CleaningSession
{
    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly IReadOnlyList<string> _oldLabels;
    private readonly CleaningDecision?[] _decisions;
    private readonly List<CleaningDecision> _others = []; // about photos that are not here: they stay in the file
    private readonly Stack<(int Photo, CleaningDecision? Before)> _undo = new();
    private readonly List<int> _order = []; // of decisions, the latest last
    private readonly int[] _group;

    /// <param name="classes">All classes.</param>
    /// <param name="photos">In the order to show them.</param>
    /// <param name="copies">Groups of photos that look the same, as places in <paramref name="photos"/>.</param>
    /// <param name="oldLabels">Of each photo, the label it has in the data set.</param>
    /// <param name="file">Where decisions go.</param>
    /// <param name="before">What was decided before.</param>
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

    /// <summary>The photos; their places name them.</summary>
    public IReadOnlyList<RankedPhoto> Photos { get; }

    /// <summary>Groups of photos that look the same.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Copies { get; }

    /// <summary>Where decisions go.</summary>
    public string File => _file;

    /// <summary>What was decided about a photo; null where nothing was.</summary>
    public CleaningDecision? DecisionOn(int photo)
    {
        lock (_gate)
            return _decisions[photo];
    }

    /// <summary>The group of copies a photo is in; −1 where it is in none.</summary>
    public int GroupOf(int photo) => _group[photo];

    /// <summary>How many photos there are decisions about, by action.</summary>
    public IReadOnlyDictionary<CleaningAction, int> Counts()
    {
        lock (_gate)
            return _decisions.OfType<CleaningDecision>().CountBy(d => d.Action).ToDictionary();
    }

    /// <summary>
    /// Places of the photos that a query chooses, in order. Groups of copies are whole where any of their photos is chosen.
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

    /// <summary>Decides about a photo and saves.</summary>
    /// <param name="photo">Its place.</param>
    /// <param name="action">What to do.</param>
    /// <param name="label">
    /// The new class, an index; null but for <see cref="CleaningAction.Relabel"/>. The label the photo has means to keep it.
    /// </param>
    /// <exception cref="UserException">It cannot be saved; then nothing was decided.</exception>
    public void Decide(int photo, CleaningAction action, int? label)
    {
        lock (_gate)
        {
            var old = _oldLabels[photo];
            var name = action == CleaningAction.Relabel ? Classes[label ?? throw new ArgumentNullException(nameof(label))] : null;
            // A label that an earlier cleaning corrected is kept by saying so again.
            if (action == CleaningAction.Keep && Classes[Photos[photo].Photo.Label] is var judged && judged != old)
                (action, name) = (CleaningAction.Relabel, judged);
            if (name == old)
                (action, name) = (CleaningAction.Keep, null);
            var before = _decisions[photo];
            Set(photo, new CleaningDecision(Photos[photo].Photo.Name, action, name, old));
            _undo.Push((photo, before));
        }
    }

    /// <summary>Takes the last decision of this session back, and saves.</summary>
    /// <returns>The photo; null where there is nothing to take back.</returns>
    /// <exception cref="UserException">It cannot be saved; then the decision stands.</exception>
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
