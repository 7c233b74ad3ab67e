using System.Text;
using PetBreeds.Runtime.Files;

namespace PetBreeds.Reports.Html;

/// <summary>
/// A self-contained page: inline style, pictures as data: URIs, and no scripts, which its policy also forbids.
/// </summary>
internal static class Page
{
    private static readonly Lazy<string> Style = new(() => Encoding.UTF8.GetString(PageStyle.Bytes()));

    /// <summary>Writes a page; the file appears whole or not at all.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write(string path, string title, Markup body)
    {
        var page = Markup.Of($"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <meta name="color-scheme" content="light dark"><title>{title}</title><style>

            """) + Style.Value + Markup.Of($"</style></head><body>\n{body}</body></html>\n");
        AtomicFile.WriteText(path, "the report", page);
    }
}
