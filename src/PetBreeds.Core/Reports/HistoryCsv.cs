using System.Text;
using PetBreeds.Training;

namespace PetBreeds.Reports;

/// <summary>The epochs of a run as a table: one row each, written when it ends, so that a crash loses none.</summary>
public static class HistoryCsv
{
    /// <summary>The columns: losses as numbers, error and accuracy from 0 to 1, phase "solved" (epoch 0), "frozen" or "unfrozen".</summary>
    public const string Header = "epoch,phase,train_loss,valid_loss,error,accuracy,seconds,images_per_second";

    /// <summary>Adds one epoch's row, after the header where the file is new. The row is on the disk when this returns.</summary>
    /// <exception cref="UserException">The file cannot be written, as when a spreadsheet holds it open.</exception>
    public static void Append(string path, EpochResult epoch) => Save(path, FileMode.Append, [epoch]);

    /// <summary>Writes the file anew: when a run is resumed from an earlier epoch than the file reached.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<EpochResult> history) => Save(path, FileMode.Create, history);

    /// <summary>Reads the file; empty where there is none.</summary>
    /// <exception cref="UserException">It cannot be read.</exception>
    public static IReadOnlyList<EpochResult> Read(string path) =>
    [
        .. NumberTable.Read(path, "epoch", "phase", "train_loss", "valid_loss", "error", "seconds", "images_per_second")
            .Select(row => (Phase: row[1], Numbers: row.Select(NumberTable.Number).ToArray()))
            .Where(row => double.IsFinite(row.Numbers[0]))
            .Select(row => new EpochResult((int)row.Numbers[0], row.Phase is EpochResult.FrozenPhase or EpochResult.SolvedPhase, row.Numbers[2], row.Numbers[3], row.Numbers[4], row.Numbers[5],
                row.Numbers[6])),
    ];

    private static void Save(string path, FileMode mode, IEnumerable<EpochResult> epochs)
    {
        try
        {
            using var file = new FileStream(path, mode, FileAccess.Write, FileShare.Read);
            var text = new StringBuilder(file.Length == 0 ? Header + "\n" : "");
            foreach (var epoch in epochs)
                text.Append(Row(epoch)).Append('\n');
            file.Write(Encoding.UTF8.GetBytes(text.ToString()));
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("the history cannot be written", path, "Close the program that holds it open, or free some space.", e);
        }
    }

    private static string Row(EpochResult e) => string.Join(',',
        e.Epoch, e.Phase, Number(e.TrainLoss), Number(e.ValidLoss), Number(e.Error), Number(1 - e.Error),
        e.Seconds.ToString("0.###"), e.ImagesPerSecond.ToString("0.#"));

    // Six digits after the point: a loss has no more that mean anything.
    private static string Number(double value) => value.ToString("0.######");
}
