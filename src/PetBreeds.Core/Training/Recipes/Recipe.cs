using System.Globalization;
using PetBreeds.Models;

namespace PetBreeds.Training.Recipes;

/// <summary>
/// A recipe is what settings are where nobody gives them. <c>chapter5</c> and <c>probe</c> are lists of settings; <c>auto</c> chooses from
/// photos, classes and weights: see <see cref="AutoRecipe"/>.
/// </summary>
public static class Recipe
{
    /// <summary>What a recipe sets before files and flags do.</summary>
    public static IReadOnlyList<(string Key, string Value)> Settings(RecipeKind recipe) => recipe switch
    {
        RecipeKind.Probe => [("head", "linear"), ("freeze-epochs", "0"), ("epochs", "0")],
        RecipeKind.Chapter5 =>
        [
            ("head", "fastai"), ("views", "0"), ("norms", "learn"), ("layers", "all"),
            ("freeze-epochs", "1"), ("epochs", "5"), ("lr", "2e-3"), ("batch-size", "64"),
        ],
        _ => [],
    };

    /// <summary>What will be done and from what, in one line.</summary>
    /// <param name="config">Decided.</param>
    /// <param name="photos">To train on.</param>
    /// <param name="classes">Of them.</param>
    public static string Describe(TrainConfig config, int photos, int classes)
    {
        ArgumentNullException.ThrowIfNull(config);
        var plan = TrainingPlan.Of(config);
        var parts = new List<string>();
        if (plan.Solves)
            parts.Add($"the head is solved on {plan.Views} {(plan.Views == 1 ? "view" : "views")} of each photo");
        if (plan.FreezeEpochs > 0)
            parts.Add($"{Count(plan.FreezeEpochs, "epoch")} with a frozen body");
        if (plan.Epochs > 0)
            parts.Add($"{Count(plan.Epochs, "epoch")} with {(plan.KeepsEarly ? "the late" : "all")} layers learning at {plan.Lr}, "
                + $"batch norms {(plan.KeepsNorms ? "kept" : "learning")}");
        var each = ((double)photos / classes).ToString("0.#", CultureInfo.InvariantCulture);
        var weights = config.Weights == PretrainedWeights.None ? "random" : "pretrained";
        return $"{string.Join(", then ", parts)} ({photos} photos, {each} per class, {weights} weights)";
    }

    /// <summary>Sets what nobody has set.</summary>
    /// <param name="config">Files and flags are applied.</param>
    /// <param name="photos">To train on.</param>
    /// <exception cref="UserException">Settings do not fit together, or there is nothing to train.</exception>
    public static TrainConfig Decide(TrainConfig config, int photos)
    {
        ArgumentNullException.ThrowIfNull(config);
        var decided = AutoRecipe.Decide(config, photos);
        var plan = TrainingPlan.Of(decided);
        if (plan is { Head: HeadKind.Fastai, Solves: true })
            throw new UserException("a two-layer head can only be trained, not solved", "--views", "Use --views 0 with --head fastai, or --head linear.");
        if (plan.Solves && decided.Weights == PretrainedWeights.None)
            throw new UserException("a head cannot be solved on the features of a body with random weights", "--views", "Use --views 0 with --weights none.");
        if (plan is { Solves: false, Epochs: 0, FreezeEpochs: 0 })
            throw new UserException("--epochs and --freeze-epochs are both 0, and no head is solved: there is nothing to train");
        return decided;
    }

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";
}
