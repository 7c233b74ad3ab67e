using PetBreeds.Training.Planning;

namespace PetBreeds.Runs;

/// <summary>The learning-rate finder's curve as a table.</summary>
internal static class LrFindCsv
{
    /// <summary>Writes <c>lr_find.csv</c>.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write(string path, LearningRateCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        NumberTable.Write(path, "lr,loss,smoothed", curve.Rates.Select((rate, i) => new[] { rate, curve.Losses[i], curve.Smoothed[i] }));
    }

    /// <summary>Reads the learning rates and their smoothed losses; empty if the file does not exist.</summary>
    /// <exception cref="UserException">The file cannot be read.</exception>
    public static IReadOnlyList<(double Rate, double Loss)> Read(string path) =>
        [.. NumberTable.Read(path, "lr", "smoothed").Select(row => (NumberTable.Number(row[0]), NumberTable.Number(row[1])))];
}
