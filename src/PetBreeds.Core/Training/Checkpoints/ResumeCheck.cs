using PetBreeds.Training.Configuration;

namespace PetBreeds.Training.Checkpoints;

/// <summary>Checks whether a run can be resumed with the settings given now.</summary>
internal static class ResumeCheck
{
    /// <summary>The run's configuration, updated with the settings that may change.</summary>
    /// <param name="run">The run as its checkpoint describes it.</param>
    /// <param name="given">The settings given now.</param>
    /// <exception cref="UserException">A setting that must not change differs.</exception>
    public static TrainOptions Config(RunIdentity run, IReadOnlyList<GivenSetting> given)
    {
        ArgumentNullException.ThrowIfNull(run);
        var unknown = run.Settings.Keys.Except(Setting.All.Select(setting => setting.Key)).ToArray();
        if (unknown.Length > 0)
            throw new UserException($"the checkpoint has settings this program does not know: {string.Join(", ", unknown)}", null,
                "Resume it with the petbreeds version that wrote it.");
        var recipe = run.Settings.ContainsKey("recipe") ? RecipeKind.Auto : RecipeKind.Chapter5; // the only recipe of earlier versions
        var begun = Recipe.Apply(recipe, new TrainOptions());
        var before = ConfigFile.Apply(begun,
            run.Settings.Select(item => new GivenSetting(item.Key, item.Value, $"the checkpoint, {item.Key}")));
        var now = ConfigFile.Apply(before, given).WithFullPaths();
        var differences = Setting.All.Where(setting => !Setting.MayChange.Contains(setting.Key) && setting.Get(now) != setting.Get(before))
            .Select(setting => $"`{setting.Key}` is '{setting.Get(now)}', but the run has '{setting.Get(before)}'").ToArray();
        return differences.Length == 0 ? now : throw new UserException(string.Join('\n', differences), null,
            $"A run resumes with its own settings; only {string.Join(", ", Setting.MayChange.Select(key => $"`{key}`"))} may change. "
                + "Leave the others out, or start a new run.");
    }
}
