using PetBreeds.Runtime.Files;
using PetBreeds.Training.Steps;

namespace PetBreeds.Runs;

/// <summary>The epochs of a run as a table: one row per epoch, written when the epoch ends, so that a crash loses none.</summary>
internal static class HistoryCsv
{
    /// <summary>The columns: losses as numbers, error and accuracy from 0 to 1, phase "solved" (epoch 0), "frozen" or "unfrozen".</summary>
    public const string Header = "epoch,phase,train_loss,valid_loss,error,accuracy,seconds,images_per_second";

    private const string What = "the history";

    /// <summary>Appends the row of one epoch, preceded by the header if the file is new. The row is on disk when this returns.</summary>
    /// <exception cref="UserException">The file cannot be written, for example because a spreadsheet has it open.</exception>
    public static void Append(string path, EpochResult epoch) =>
        CsvFile.Append(path, What, Header, csv => Row(csv, epoch), CsvFile.CloseIt);

    /// <summary>Rewrites the file atomically: used when a run resumes from an earlier epoch than the last one in the file.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<EpochResult> history) => CsvFile.Write(path, What, Header, csv =>
    {
        foreach (var epoch in history)
            Row(csv, epoch);
    }, CsvFile.CloseIt);

    /// <summary>Reads the file; empty if it does not exist.</summary>
    /// <exception cref="UserException">The file cannot be read.</exception>
    public static IReadOnlyList<EpochResult> Read(string path) =>
    [
        .. NumberTable.Read(path, "epoch", "phase", "train_loss", "valid_loss", "error", "seconds", "images_per_second")
            .Select(row => (Phase: row[1], Numbers: row.Select(NumberTable.Number).ToArray()))
            .Where(row => double.IsFinite(row.Numbers[0]))
            .Select(row => new EpochResult((int)row.Numbers[0], row.Phase is EpochResult.FrozenPhase or EpochResult.SolvedPhase,
                row.Numbers[2], row.Numbers[3], row.Numbers[4], row.Numbers[5],
                row.Numbers[6])),
    ];

    // Six decimal places: further digits of a loss are meaningless.
    private static void Row(CsvRowWriter csv, EpochResult e) => csv.Number(e.Epoch).Text(e.Phase)
        .Number(e.TrainLoss, "0.######").Number(e.ValidLoss, "0.######").Number(e.Error, "0.######").Number(1 - e.Error, "0.######")
        .Number(e.Seconds, "0.###").Number(e.ImagesPerSecond, "0.#").EndRow();
}
