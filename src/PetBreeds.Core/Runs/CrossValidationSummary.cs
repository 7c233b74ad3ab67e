using PetBreeds.Evaluation;

namespace PetBreeds.Runs;

/// <summary>The errors of a cross-validation, as stored in <c>cross_validation.json</c>.</summary>
/// <param name="MeanError">Mean of the folds' errors, 0 to 1.</param>
/// <param name="ErrorDeviation">Their standard deviation (over K − 1).</param>
/// <param name="Folds">The result of each fold.</param>
internal sealed record CrossValidationSummary(double MeanError, double ErrorDeviation, IReadOnlyList<FoldResult> Folds)
{
    /// <summary>Creates the summary of a cross-validation.</summary>
    public static CrossValidationSummary Of(CrossValidated result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new CrossValidationSummary(result.MeanError, result.ErrorDeviation, result.Folds);
    }

    /// <summary>Writes the summary to a JSON file.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public void Write(string path) => RunJson.Write(path, this);

    /// <summary>Reads a summary; null if the file does not exist.</summary>
    /// <exception cref="UserException">The file cannot be read.</exception>
    public static CrossValidationSummary? Read(string path) => RunJson.Read<CrossValidationSummary>(path);
}
