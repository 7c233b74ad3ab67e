using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PetBreeds.Catalog.Reading;
using PetBreeds.Cli.Web;
using PetBreeds.Evaluation.Cleaning;
using PetBreeds.Pixels.Cache;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Reports.Html;
using PetBreeds.Reports.Pictures;

namespace PetBreeds.Cli.Cleaning;

/// <summary>Serves the cleaning page: its files, pages of photos, pictures by number, decisions.</summary>
/// <param name="session">The photos and the decisions.</param>
/// <param name="views">The session as JSON.</param>
/// <param name="read">Reads a photo's presized pixels by its index in the session; false if there are none.</param>
internal sealed class CleaningPage(CleaningSession session, CleaningViews views, Func<int, PixelReader, bool> read)
{
    private const int SmallSide = 320;
    private const int LargeSide = 1600;

    /// <summary>Adds the endpoints of the page. They are called from several threads at once.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        MapFile(routes, "/", Embedded("page.html"), "text/html; charset=utf-8");
        MapFile(routes, "/page.css", Embedded("page.css"), "text/css; charset=utf-8");
        foreach (var script in new[] { "page.js", "cards.js", "relabel.js" })
            MapFile(routes, $"/{script}", Embedded(script), "text/javascript; charset=utf-8");
        MapFile(routes, "/icon.svg", Embedded("icon.svg"), "image/svg+xml");
        MapFile(routes, "/report.css", PageStyle.Bytes(), "text/css; charset=utf-8");

        routes.MapGet("/state", () => JsonAnswer.Of(views.State()));
        routes.MapGet("/photos", (HttpRequest request) => Photos(request.Query));
        routes.MapGet("/thumb/{photo:int}", (int photo, HttpResponse response) => Picture(photo, SmallSide, response));
        routes.MapGet("/photo/{photo:int}", (int photo, HttpResponse response) => Picture(photo, LargeSide, response));
        routes.MapPost("/decide", async (HttpRequest request, CancellationToken cancel) => Decide(await Parse(request.Body, cancel)));
        routes.MapPost("/undo", () => JsonAnswer.Of(views.Changed(session.Undo())));
    }

    private static void MapFile(IEndpointRouteBuilder routes, string path, byte[] bytes, string type) =>
        routes.MapGet(path, () => Results.Bytes(bytes, type));

    private static byte[] Embedded(string name)
    {
        using var stream = typeof(CleaningPage).Assembly.GetManifestResourceStream($"PetBreeds.Cli.Cleaning.{name}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private IResult Photos(IQueryCollection query) =>
        views.Photos(query) is { } photos ? JsonAnswer.Of(photos) : BadRequest("no such view");

    private IResult Picture(int photo, int longSide, HttpResponse response)
    {
        byte[]? jpeg = null;
        if (photo < 0 || photo >= session.Photos.Count)
            return Problems.NotFound();
        read(photo, (width, height, pixels) => jpeg = PhotoJpeg.Encode(new RgbImage(width, height, pixels.ToArray()), longSide));
        if (jpeg is null)
            return Problems.NotFound();
        ResponseHeaders.Keep(response);
        return Results.Bytes(jpeg, "image/jpeg");
    }

    private IResult Decide((int Photo, CleaningAction Action, int? Label)? decision)
    {
        if (decision is not var (photo, action, label))
            return BadRequest("not a decision");
        if (photo < 0 || photo >= session.Photos.Count || label is < 0 || label >= session.Classes.Count)
            return BadRequest("no such photo or label");
        session.Decide(photo, action, label);
        return JsonAnswer.Of(views.Changed(photo));
    }

    /// <summary>{"photo": 3, "action": "relabel", "label": 12}; null if it is anything else.</summary>
    private static async Task<(int Photo, CleaningAction Action, int? Label)?> Parse(Stream body, CancellationToken cancel)
    {
        try
        {
            using var json = await JsonDocument.ParseAsync(body, cancellationToken: cancel);
            var photo = json.RootElement.GetProperty("photo").GetInt32();
            if (!Enum.TryParse<CleaningAction>(json.RootElement.GetProperty("action").GetString(), ignoreCase: true, out var action)
                || !Enum.IsDefined(action))
                return null;
            return (photo, action, action == CleaningAction.Relabel ? json.RootElement.GetProperty("label").GetInt32() : null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static IResult BadRequest(string problem) => Problems.Answer(StatusCodes.Status400BadRequest, problem);
}
