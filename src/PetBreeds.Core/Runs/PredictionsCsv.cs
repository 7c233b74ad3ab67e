using CsvHelper;
using PetBreeds.Evaluation;
using PetBreeds.Runtime;
using PetBreeds.Runtime.Files;

namespace PetBreeds.Runs;

/// <summary>
/// One row per evaluated photo: its true class, its predicted class and the probabilities. Rows are written as they come; the file appears
/// only when it is complete.
/// </summary>
internal sealed class PredictionsCsv : IDisposable
{
    /// <summary>The columns. "probability" is the probability of the predicted class; "correct" is 1 or 0.</summary>
    public const string Header = "photo,actual,predicted,correct,probability,actual_probability,loss";

    private const string What = "the list of predictions";
    private const string Digits = "0.######";

    private readonly string _path;
    private readonly IReadOnlyList<string> _classes;
    private readonly AtomicFile _file;
    private readonly CsvRowWriter _rows;

    /// <summary>Starts a file.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public PredictionsCsv(string path, IReadOnlyList<string> classes)
    {
        (_path, _classes) = (path, classes);
        _file = WriteErrors.Guard(path, What, () => new AtomicFile(path));
        _rows = new CsvRowWriter(_file.Stream);
        _rows.Header(Header);
    }

    /// <summary>Adds the row of a photo.</summary>
    public void Add(PhotoResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        Guard(() => _rows.Text(result.Name).Text(_classes[result.Actual]).Text(_classes[result.Predicted]).Number(result.Right ? 1 : 0)
            .Number(result.Probability, Digits).Number(result.ActualProbability, Digits).Number(result.Loss, Digits).EndRow());
    }

    /// <summary>Completes the file and moves it into place.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public void Finish() => Guard(() =>
    {
        _rows.Dispose();
        _file.Commit();
    });

    /// <summary>Reads from a file whether each photo, by name, was predicted correctly.</summary>
    /// <exception cref="UserException">The file cannot be read or is not a predictions file.</exception>
    public static Dictionary<string, bool> Correct(string path)
    {
        try
        {
            using var csv = CsvReader.FromText(TextFile.Read(path, remedy: TextFile.SaveAsUtf8),
                new CsvReaderOptions { MalformedData = CsvMalformedDataHandling.Throw });
            var (photo, correct) = (Array.IndexOf([.. csv.Headers], "photo"), Array.IndexOf([.. csv.Headers], "correct"));
            if (photo < 0 || correct < 0)
                throw Damaged(path, null);
            var right = new Dictionary<string, bool>(StringComparer.Ordinal);
            while (csv.Read())
                right[csv.GetString(photo)] = csv.GetString(correct) switch { "1" => true, "0" => false, _ => throw Damaged(path, null) };
            return right;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CsvFormatException)
        {
            throw Damaged(path, e);
        }
    }

    /// <summary>Compares two files on the photos they share.</summary>
    /// <exception cref="UserException">One cannot be read, or they share none.</exception>
    public static PairedComparison Compare(string first, string second)
    {
        var (a, b) = (Correct(first), Correct(second));
        var pairs = a.Where(entry => b.ContainsKey(entry.Key)).Select(entry => (First: entry.Value, Second: b[entry.Key])).ToArray();
        return pairs.Length > 0
            ? new PairedComparison(pairs.Count(p => p is (true, true)), pairs.Count(p => p is (true, false)),
                pairs.Count(p => p is (false, true)),
                pairs.Count(p => p is (false, false)))
            : throw new UserException("the two were evaluated on different photos", $"{first}, {second}",
                "Evaluate both on the same ones.")
            { Next = NextStep.Evaluate };
    }

    /// <summary>Discards an unfinished file.</summary>
    public void Dispose()
    {
        try
        {
            _rows.Dispose();
        }
        catch (IOException)
        {
            // The disk is full, as has already been reported.
        }
        _file.Dispose();
    }

    private static UserException Damaged(string path, Exception? cause) =>
        new("the predictions cannot be read", path, "Evaluate the run again to create them.", cause) { Next = NextStep.Evaluate };

    private void Guard(Action work) => WriteErrors.Guard(_path, What, work);
}
