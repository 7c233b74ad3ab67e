using PetBreeds.Catalog.Reading;
using PetBreeds.Runtime.Files;

namespace PetBreeds.Catalog.Verification;

/// <summary>Writes the photos that verification would leave out to a file that training accepts.</summary>
internal static class ExcludeList
{
    private const string Header = "# Written by petbreeds";

    /// <summary>Refuses to overwrite other files, so that a mistyped name destroys nothing.</summary>
    /// <exception cref="UserException">There is a file that was not written by <see cref="Write"/>.</exception>
    public static void RefuseOther(string file)
    {
        if (File.Exists(file) && !BeginsAsWritten(file))
            throw new UserException("the file exists and is not a list that petbreeds wrote", file, "Give another name.");
    }

    private static bool BeginsAsWritten(string file)
    {
        try
        {
            return File.ReadLines(file).FirstOrDefault()?.StartsWith(Header, StringComparison.Ordinal) == true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <param name="file">The file, which is overwritten.</param>
    /// <param name="report">The findings.</param>
    /// <param name="before">Photos that were left out of the verification; they stay left out.</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write(string file, VerificationReport report, IEnumerable<string> before)
    {
        ArgumentNullException.ThrowIfNull(report);
        string[] lines =
        [
            $"{Header}: photos of {report.Catalog.Root} to leave out.",
            "# For the setting `exclude`. Remove a line to keep its photo.",
            .. before,
            .. report.Exclusions.Select(e => ExcludeFile.Line(e.Name, e.Reason)),
        ];
        var text = string.Concat(lines.Select(line => line + Environment.NewLine));
        AtomicFile.WriteText(file, "the list of photos to exclude", text, "Give another place.");
    }
}
