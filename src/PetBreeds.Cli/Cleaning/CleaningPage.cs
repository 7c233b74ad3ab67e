using System.Text.Json;
using PetBreeds.Catalog;
using PetBreeds.Cli.Web;
using PetBreeds.Evaluation.Cleaning;
using PetBreeds.Pixels;
using PetBreeds.Reports;

namespace PetBreeds.Cli.Cleaning;

/// <summary>Answers the cleaning page: its files, pages of photos, pictures by number, decisions.</summary>
/// <param name="session">What is on the table.</param>
/// <param name="title">What the page is headed with.</param>
/// <param name="how">How photos were ranked, for people.</param>
/// <param name="command">What trains with the decisions.</param>
/// <param name="read">Shows a photo's presized pixels by its place in the session; false where it has none.</param>
internal sealed class CleaningPage(CleaningSession session, string title, string how, string command, Func<int, PixelReader, bool> read)
{
    private const int PageSize = 48;
    private const int SmallSide = 320;
    private const int LargeSide = 1600;

    private static readonly Dictionary<string, WebReply> Files = new()
    {
        [""] = File("page.html", "text/html; charset=utf-8"),
        ["page.css"] = File("page.css", "text/css; charset=utf-8"),
        ["page.js"] = File("page.js", "text/javascript; charset=utf-8"),
        ["cards.js"] = File("cards.js", "text/javascript; charset=utf-8"),
        ["relabel.js"] = File("relabel.js", "text/javascript; charset=utf-8"),
        ["icon.svg"] = File("icon.svg", "image/svg+xml"),
        ["report.css"] = new(200, "text/css; charset=utf-8", PageStyle.Bytes()),
    };

    /// <summary>The answer to a request.</summary>
    public WebReply Answer(WebRequest request)
    {
        if (request.Method == "POST")
            return request.Path switch
            {
                "decide" => Decide(request),
                "undo" => Undo(),
                _ => NotFound(),
            };
        if (Files.GetValueOrDefault(request.Path) is { } file)
            return file;
        return request.Path.Split('/') switch
        {
            ["state"] => WebReply.Json(State()),
            ["photos"] => Photos(request),
            ["thumb", var number] => Picture(number, SmallSide),
            ["photo", var number] => Picture(number, LargeSide),
            _ => NotFound(),
        };
    }

    private static WebReply File(string name, string type)
    {
        using var stream = typeof(CleaningPage).Assembly.GetManifestResourceStream($"PetBreeds.Cli.Cleaning.{name}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new WebReply(200, type, bytes);
    }

    private static WebReply NotFound() => WebReply.Problem(404, "there is no such thing here");

    private object State() => new
    {
        title,
        how,
        classes = session.Classes,
        file = session.File,
        command,
        photos = session.Photos.Count,
        suspects = session.Photos.Count(photo => photo.Suspect),
        copies = session.Copies.Count,
        splits = session.Photos.Select(photo => Say(photo.Photo.Split)).Distinct().Order(StringComparer.Ordinal),
        counts = session.Photos.CountBy(photo => photo.Photo.Label).OrderBy(count => count.Key)
            .Select(count => new { label = count.Key, photos = count.Value }),
        decided = Decided(),
    };

    private object Decided()
    {
        var counts = session.Counts();
        int Of(CleaningAction action) => counts.GetValueOrDefault(action);
        return new { keep = Of(CleaningAction.Keep), delete = Of(CleaningAction.Delete), relabel = Of(CleaningAction.Relabel) };
    }

    private WebReply Photos(WebRequest request)
    {
        Split? split = request.Query.GetValueOrDefault("split") is { Length: > 0 } name
            && Enum.TryParse<Split>(name, ignoreCase: true, out var one) ? one : null;
        if (!Enum.TryParse<CleaningView>(request.Query.GetValueOrDefault("view", "suspects"), ignoreCase: true, out var view))
            return WebReply.Problem(400, "there is no such view");
        var found = session.Find(new CleaningQuery(view, request.Number("class"), split, request.Query.GetValueOrDefault("open") == "1"));
        var pages = Pages(found, view == CleaningView.Copies);
        var page = Math.Clamp(request.Number("page") ?? 0, 0, Math.Max(0, pages.Count - 1));
        return WebReply.Json(new { total = found.Count, page, pages = pages.Count, photos = pages.Count == 0 ? [] : pages[page].Select(Photo) });
    }

    /// <summary>Groups of copies are not torn apart.</summary>
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
            split = Say(photo.Photo.Split),
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

    private WebReply Picture(string number, int longSide)
    {
        byte[]? jpeg = null;
        if (!int.TryParse(number, System.Globalization.NumberStyles.None, null, out var i) || i >= session.Photos.Count)
            return NotFound();
        read(i, (width, height, pixels) => jpeg = PhotoJpeg.Encode(new RgbImage(width, height, pixels.ToArray()), longSide));
        return jpeg is null ? NotFound() : new WebReply(200, "image/jpeg", jpeg, Keep: true);
    }

    private WebReply Decide(WebRequest request)
    {
        int photo;
        int? label = null;
        CleaningAction action;
        try
        {
            using var json = JsonDocument.Parse(request.Body);
            photo = json.RootElement.GetProperty("photo").GetInt32();
            if (!Enum.TryParse(json.RootElement.GetProperty("action").GetString(), ignoreCase: true, out action) || !Enum.IsDefined(action))
                return WebReply.Problem(400, "there is no such action");
            if (action == CleaningAction.Relabel)
                label = json.RootElement.GetProperty("label").GetInt32();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return WebReply.Problem(400, "this is no decision");
        }
        if (photo < 0 || photo >= session.Photos.Count || label is < 0 || label >= session.Classes.Count)
            return WebReply.Problem(400, "there is no such photo or label");
        session.Decide(photo, action, label);
        return WebReply.Json(new { photo = Photo(photo), decided = Decided() });
    }

    private WebReply Undo() => WebReply.Json(new { photo = session.Undo() is { } photo ? Photo(photo) : null, decided = Decided() });

    private static string Say(Split split) => split.ToString().ToLowerInvariant();
}
