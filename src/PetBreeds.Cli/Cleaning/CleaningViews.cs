using System.Globalization;
using Microsoft.AspNetCore.Http;
using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;
using PetBreeds.Evaluation.Cleaning;

namespace PetBreeds.Cli.Cleaning;

/// <summary>A session as the cleaning page sees it: objects that become JSON.</summary>
/// <param name="session">The photos and the decisions.</param>
/// <param name="title">The heading of the page.</param>
/// <param name="how">How photos were ranked, for display.</param>
/// <param name="command">The command that trains with the decisions.</param>
internal sealed class CleaningViews(CleaningSession session, string title, string how, string command)
{
    private const int PageSize = 48;

    /// <summary>What stays the same while the page is open, and how many photos are decided.</summary>
    public object State() => new
    {
        title,
        how,
        classes = session.Classes,
        file = session.File,
        command,
        photos = session.Photos.Count,
        suspects = session.Photos.Count(photo => photo.Suspect),
        copies = session.Copies.Count,
        splits = session.Photos.Select(photo => Name(photo.Photo.Split)).Distinct().Order(StringComparer.Ordinal),
        counts = session.Photos.CountBy(photo => photo.Photo.Label).OrderBy(count => count.Key)
            .Select(count => new { label = count.Key, photos = count.Value }),
        decided = Decided(),
    };

    /// <summary>The photo whose decision has just changed; null if none has.</summary>
    public object Changed(int? photo) => new { photo = photo is { } place ? Photo(place) : null, decided = Decided() };

    /// <summary>A page of the photos that match a query; null if its view does not exist.</summary>
    public object? Photos(IQueryCollection query)
    {
        Split? split = Enum.TryParse<Split>(query["split"], ignoreCase: true, out var one) ? one : null;
        var view = CleaningView.Suspects;
        if (query.TryGetValue("view", out var name) && !Enum.TryParse(name, ignoreCase: true, out view))
            return null;
        var found = session.Find(new CleaningQuery(view, Number(query, "class"), split, query["open"] == "1"));
        var pages = Pages(found, view == CleaningView.Copies);
        var page = Math.Clamp(Number(query, "page") ?? 0, 0, Math.Max(0, pages.Count - 1));
        return new { total = found.Count, page, pages = pages.Count, photos = pages.Count == 0 ? [] : pages[page].Select(Photo) };
    }

    private static int? Number(IQueryCollection query, string name) =>
        int.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Splits photos into pages; a group of copies stays on one page.</summary>
    private List<int[]> Pages(IReadOnlyList<int> found, bool grouped)
    {
        if (!grouped)
            return [.. found.Chunk(PageSize)];
        var pages = new List<int[]>();
        foreach (var group in found.GroupBy(session.GroupOf))
        {
            if (pages.Count > 0 && pages[^1].Length + group.Count() <= PageSize)
                pages[^1] = [.. pages[^1], .. group];
            else
                pages.Add([.. group]);
        }
        return pages;
    }

    private object Photo(int i)
    {
        var photo = session.Photos[i];
        var decision = session.DecisionOn(i);
        return new
        {
            id = i,
            name = photo.Photo.Name,
            split = Name(photo.Photo.Split),
            label = photo.Photo.Label,
            predicted = photo.Predicted,
            probability = photo.Probability,
            labelProbability = photo.LabelProbability,
            suspect = photo.Suspect,
            group = session.GroupOf(i),
            action = decision?.Action.ToString().ToLowerInvariant(),
            newLabel = decision?.Label,
        };
    }

    private object Decided()
    {
        var counts = session.Counts();
        int Of(CleaningAction action) => counts.GetValueOrDefault(action);
        return new { keep = Of(CleaningAction.Keep), delete = Of(CleaningAction.Delete), relabel = Of(CleaningAction.Relabel) };
    }

    private static string Name(Split split) => split.ToString().ToLowerInvariant();
}
