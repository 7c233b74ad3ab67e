namespace PetBreeds.Reports.Html;

/// <summary>The style sheet of the program's pages.</summary>
internal static class PageStyle
{
    /// <summary>UTF-8.</summary>
    public static byte[] Bytes()
    {
        using var stream = typeof(PageStyle).Assembly.GetManifestResourceStream("PetBreeds.Reports.Html.report.css")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
