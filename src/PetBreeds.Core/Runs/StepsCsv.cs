using PetBreeds.Training.Steps;

namespace PetBreeds.Runs;

/// <summary>The optimizer steps of a run as a table.</summary>
internal static class StepsCsv
{
    /// <summary>Writes <c>steps.csv</c>.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<StepResult> steps) => NumberTable.Write(path, "step,epoch,loss,lr,momentum",
        steps.Select(step => new[] { step.Step, step.Epoch, step.Loss, step.LearningRate, step.Momentum }));

    /// <summary>Reads the steps; empty if the file does not exist.</summary>
    /// <exception cref="UserException">The file cannot be read.</exception>
    public static IReadOnlyList<StepResult> Read(string path) =>
    [
        .. NumberTable.Read(path, "step", "epoch", "loss", "lr", "momentum").Select(row => row.Select(NumberTable.Number).ToArray())
            .Where(row => double.IsFinite(row[0]) && double.IsFinite(row[1]))
            .Select(row => new StepResult((int)row[0], row[1], row[2], row[3], row[4])),
    ];
}
