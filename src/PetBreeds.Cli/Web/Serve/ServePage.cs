using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PetBreeds.Reports.Html;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>The page on which a photo is tried, with all that it is made of.</summary>
internal static class ServePage
{
    private static readonly (string Path, string Name, string Type)[] Files =
    [
        ("/", "page.html", "text/html; charset=utf-8"),
        ("/page.css", "page.css", "text/css; charset=utf-8"),
        ("/page.js", "page.js", "text/javascript; charset=utf-8"),
        ("/server.js", "server.js", "text/javascript; charset=utf-8"),
        ("/answer.js", "answer.js", "text/javascript; charset=utf-8"),
        ("/icon.svg", "icon.svg", "image/svg+xml"),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (path, name, type) in Files)
            MapFile(routes, path, Embedded(name), type);
        MapFile(routes, "/report.css", PageStyle.Bytes(), "text/css; charset=utf-8");
    }

    private static void MapFile(IEndpointRouteBuilder routes, string path, byte[] bytes, string type) =>
        routes.MapGet(path, () => Results.Bytes(bytes, type)).ExcludeFromDescription();

    private static byte[] Embedded(string name)
    {
        using var stream = typeof(ServePage).Assembly.GetManifestResourceStream($"PetBreeds.Cli.Web.Serve.{name}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
