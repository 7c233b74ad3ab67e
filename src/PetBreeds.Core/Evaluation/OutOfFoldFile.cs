using System.Globalization;
using CsvHelper;
using PetBreeds.Catalog;
using PetBreeds.Catalog.Files;
using PetBreeds.Catalog.Splits;
using PetBreeds.Runtime;
using PetBreeds.Runtime.Files;

namespace PetBreeds.Evaluation;

/// <summary>A prediction for a photo by models that were not trained on it.</summary>
/// <param name="Name">The photo's name in its catalog.</param>
/// <param name="Split">The photo's split.</param>
/// <param name="Label">The label it had at that time.</param>
/// <param name="Probabilities">Probability of each class.</param>
internal sealed record OutOfFoldAnswer(string Name, Split Split, string Label, float[] Probabilities);

/// <summary>
/// Reads and writes out-of-fold.csv: photo, split, label, then the probability of each class in a column named "p:CLASS".
/// </summary>
internal static class OutOfFoldFile
{
    private const int Fixed = 3;
    private const string Column = "p:";

    /// <summary>Writes the file atomically.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<string> classes, IEnumerable<OutOfFoldAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        CsvFile.Write(path, "the list of out-of-fold predictions", header: null, csv =>
        {
            foreach (var name in (string[])["photo", "split", "label", .. classes.Select(name => Column + name)])
                csv.Text(name);
            csv.EndRow();
            foreach (var a in answers)
            {
                csv.Text(a.Name).Text(a.Split.ToString().ToLowerInvariant()).Text(a.Label);
                foreach (var probability in a.Probabilities)
                    csv.Number(probability);
                csv.EndRow();
            }
        });
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="UserException">The file cannot be read or is not an out-of-fold file.</exception>
    public static (IReadOnlyList<string> Classes, IReadOnlyList<OutOfFoldAnswer> Answers) Read(string path)
    {
        try
        {
            using var csv = CsvReader.FromText(TextFile.Read(path, remedy: TextFile.SaveAsUtf8),
                new CsvReaderOptions { MalformedData = CsvMalformedDataHandling.Throw });
            string[] headers = [.. csv.Headers];
            if (headers is not ["photo", "split", "label", _, _, ..]
                || !headers.Skip(Fixed).All(name => name.StartsWith(Column, StringComparison.Ordinal)))
                throw Damaged(path, null);
            var answers = new List<OutOfFoldAnswer>();
            while (csv.Read())
                answers.Add(new OutOfFoldAnswer(CsvText.Text(csv.GetString(0)), SplitFolders.Named(csv.GetString(1))
                    ?? throw Damaged(path, null),
                    ComposedText.Of(CsvText.Text(csv.GetString(2))), [.. Enumerable.Range(Fixed, headers.Length - Fixed)
                        .Select(i => Number(csv.GetString(i), path))]));
            return ([.. headers.Skip(Fixed).Select(name => ComposedText.Of(name[Column.Length..]))], answers);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CsvFormatException)
        {
            throw Damaged(path, e);
        }
    }

    private static float Number(string text, string path) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1.001f
            ? value : throw Damaged(path, null);

    private static UserException Damaged(string path, Exception? cause) =>
        new("the out-of-fold predictions cannot be read", path, "Cross-validate again to create them.", cause)
        {
            Next = NextStep.CrossValidate,
        };
}
