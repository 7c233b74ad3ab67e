using System.Text;

namespace PetBreeds.Reports.Html;

/// <summary>
/// A page that needs nothing but itself: style inside, pictures as data: addresses, and no script at all, which its policy also forbids.
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
        try
        {
            File.WriteAllText(path + ".tmp", page, new UTF8Encoding(false));
            File.Move(path + ".tmp", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("the report cannot be written", path, "Choose a file in a folder you can write to, with space.", e);
        }
    }
}
