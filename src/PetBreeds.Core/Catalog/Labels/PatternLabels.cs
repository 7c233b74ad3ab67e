using System.Text.RegularExpressions;
using PetBreeds.Catalog.Files;
using PetBreeds.Catalog.Splits;

namespace PetBreeds.Catalog.Labels;

/// <summary>Labels a photo by matching a regular expression with its file name, like fastai's <c>RegexLabeller</c>.</summary>
internal static class PatternLabels
{
    /// <summary>Oxford's file names: the breed, an underscore, a number. The breed itself may contain underscores.</summary>
    public const string Default = @"^(.+)_\d+\.\w+$";

    /// <summary>A match takes microseconds; only an expression with catastrophic backtracking takes longer than this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static Regex Parse(string pattern) => new(pattern, RegexOptions.CultureInvariant, Patience);

    /// <param name="root">The folder to which the photos' names are relative.</param>
    /// <param name="way">
    /// Path from the folder that the user gave to it: a pattern with a '/' is matched against the path from there.
    /// </param>
    /// <param name="photos">The photos to label.</param>
    /// <param name="pattern">The regular expression.</param>
    /// <param name="passedOver">Receives test photos that do not match.</param>
    /// <exception cref="UserException">
    /// A photo does not match (an error, as in fastai: a wrong pattern must not shrink the data set), or its label is empty.
    /// </exception>
    public static IReadOnlyList<LabelledPhoto> Label(
        string root, string way, IReadOnlyList<PhotoFile> photos, string pattern, PassedOverTally passedOver)
    {
        var regex = Parse(pattern);
        var splitFolders = SplitFolders.Present(photos.Select(p => p.Name));
        var (labelled, failed) = (new List<LabelledPhoto>(photos.Count), new List<PhotoFile>());
        foreach (var photo in photos)
        {
            if (LabelOf(regex, way + photo.Name) is { } label)
                labelled.Add(new LabelledPhoto(photo.Path, photo.Name, label, null));
            else if (splitFolders && SplitFolders.Of(photo.Name) == Split.Test) // as is usual in competitions
                passedOver.Add(CsvTable.Unlabelled, photo.Name);
            else
                failed.Add(photo);
        }
        return failed is not [var first, ..] ? labelled : throw new UserException(
            $"'{first.Name}' does not match the label pattern {pattern} ({failed.Count} of {photos.Count} photos do not)",
            root, "Change the pattern, or move files that are not part of the data set elsewhere.");
    }

    /// <summary>The labels of the files that match and have one: files that are not photos need not match.</summary>
    public static IEnumerable<LabelledPhoto> Matching(string way, IEnumerable<PhotoFile> files, string pattern)
    {
        var regex = Parse(pattern);
        return from file in files
               let label = Find(regex, way + file.Name)
               where !string.IsNullOrWhiteSpace(label)
               select new LabelledPhoto(file.Path, file.Name, label, null);
    }

    /// <summary>The share of the photos whose names match, 0 to 1.</summary>
    public static double MatchRate(IReadOnlyList<PhotoFile> photos, string pattern)
    {
        var regex = Parse(pattern);
        return photos.Count == 0 ? 0 : (double)photos.Count(p => !string.IsNullOrWhiteSpace(Find(regex, p.Name))) / photos.Count;
    }

    private static string? LabelOf(Regex regex, string name) => Find(regex, name) is not { } label ? null
        : !string.IsNullOrWhiteSpace(label) ? label
        : throw new UserException($"the label pattern {regex} finds an empty label in '{name}'", "`labels`",
            "Put a group around the class name.");

    /// <summary>The label that the expression extracts, which may be empty; null if the name does not match.</summary>
    private static string? Find(Regex regex, string name)
    {
        var subject = regex.ToString().Contains('/') ? name : Path.GetFileName(name);
        try
        {
            var match = regex.Match(subject);
            return !match.Success ? null : match.Groups.Count > 1 ? match.Groups[1].Value : match.Value;
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new UserException($"the label pattern {regex} takes more than a second on '{name}'", "`labels`",
                "Simplify it: nested repetitions such as (a+)+ never end.", e);
        }
    }
}
