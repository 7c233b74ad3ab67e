using System.Globalization;
using PetBreeds.Models;

namespace PetBreeds.Training.Configuration;

/// <summary>
/// A recipe provides the defaults of settings that are not given. <c>chapter5</c> and <c>probe</c> are fixed lists of settings; <c>auto</c>
/// chooses from the photos, classes and weights, see <see cref="AutoRecipe"/>.
/// </summary>
internal static class Recipe
{
    /// <summary>Applies the settings of a recipe to a configuration; <see cref="RecipeKind.Auto"/> leaves all of them open.</summary>
    internal static TrainOptions Apply(RecipeKind recipe, TrainOptions config) => recipe switch
    {
        RecipeKind.Probe => config with { Head = HeadKind.Linear, FreezeEpochs = 0, Epochs = 0 },
        RecipeKind.Chapter5 => config with
        {
            Head = HeadKind.Fastai,
            Views = 0,
            Norms = NormMode.Learn,
            Layers = TrainedLayers.All,
            FreezeEpochs = 1,
            Epochs = 5,
            Lr = 2e-3,
            BatchSize = 64,
        },
        _ => config,
    };

    /// <summary>Describes the training and what it starts from, in one line.</summary>
    /// <param name="config">A decided configuration.</param>
    /// <param name="photos">Number of training photos.</param>
    /// <param name="classes">Number of classes.</param>
    public static string Describe(TrainOptions config, int photos, int classes)
    {
        ArgumentNullException.ThrowIfNull(config);
        var plan = RecipePlan.Of(config);
        var parts = new List<string>();
        if (plan.Solves)
            parts.Add($"the head is solved on {plan.Views} {(plan.Views == 1 ? "view" : "views")} of each photo");
        if (plan.FreezeEpochs > 0)
            parts.Add($"{Count(plan.FreezeEpochs, "epoch")} with a frozen body");
        if (plan.Epochs > 0)
            parts.Add($"{Count(plan.Epochs, "epoch")} with {(plan.KeepsEarly ? "the late" : "all")} layers learning at {plan.Lr}, "
                + $"batch norms {(plan.KeepsNorms ? "kept" : "learning")}");
        var each = ((double)photos / classes).ToString("0.#", CultureInfo.InvariantCulture);
        var weights = config.Weights == InitialWeights.None ? "random" : "pretrained";
        return $"{string.Join(", then ", parts)} ({photos} photos, {each} per class, {weights} weights)";
    }

    /// <summary>Decides all settings that are still open.</summary>
    /// <param name="config">A configuration to which files and single settings have been applied.</param>
    /// <param name="photos">Number of training photos.</param>
    /// <exception cref="UserException">Settings do not fit together, or there is nothing to train.</exception>
    public static TrainOptions Decide(TrainOptions config, int photos)
    {
        ArgumentNullException.ThrowIfNull(config);
        var decided = AutoRecipe.Decide(FillIn(config), photos);
        var plan = RecipePlan.Of(decided);
        if (plan is { Head: HeadKind.Fastai, Solves: true })
            throw new UserException("a two-layer head can only be trained, not solved", "`views`",
                "Use `views 0` with `head fastai`, or `head linear`.");
        if (plan.Solves && decided.Weights == InitialWeights.None)
            throw new UserException("a head cannot be solved on the features of a body with random weights", "`views`",
                "Use `views 0` with `weights none`.");
        if (plan is { Solves: false, Epochs: 0, FreezeEpochs: 0 })
            throw new UserException("`epochs` and `freeze-epochs` are both 0, and no head is solved: there is nothing to train");
        return decided;
    }

    /// <summary>Applies the recipe to what a configuration built in code leaves open; one that was read from text has it already.</summary>
    private static TrainOptions FillIn(TrainOptions config)
    {
        var recipe = Apply(config.Recipe, new TrainOptions());
        return config with
        {
            Head = config.Head ?? recipe.Head,
            Views = config.Views ?? recipe.Views,
            Norms = config.Norms ?? recipe.Norms,
            Layers = config.Layers ?? recipe.Layers,
            FreezeEpochs = config.FreezeEpochs ?? recipe.FreezeEpochs,
            Epochs = config.Epochs ?? recipe.Epochs,
            Lr = config.Lr ?? recipe.Lr,
        };
    }

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";
}
