using PetBreeds.Training.Configuration;

namespace PetBreeds.Training.Checkpoints;

/// <summary>Whether a run can be gone on with under settings given now.</summary>
internal static class ResumeCheck
{
    /// <summary>The run's configuration, with what may change changed.</summary>
    /// <param name="run">As its checkpoint has it.</param>
    /// <param name="given">What is asked for now.</param>
    /// <exception cref="UserException">A setting differs that may not.</exception>
    public static TrainOptions Config(RunIdentity run, IReadOnlyList<GivenSetting> given)
    {
        ArgumentNullException.ThrowIfNull(run);
        var unknown = run.Settings.Keys.Except(Setting.All.Select(setting => setting.Key)).ToArray();
        if (unknown.Length > 0)
            throw new UserException($"the checkpoint has settings this program does not know: {string.Join(", ", unknown)}", null,
                "Resume it with the petbreeds version that wrote it.");
        var recipe = run.Settings.ContainsKey("recipe") ? RecipeKind.Auto : RecipeKind.Chapter5; // the only one of earlier programs
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
