using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>Every command that reads a data set says what is the matter with its classes.</summary>
[Collection(Shared.Trainings)]
public sealed class ClassConcernsTests(SampleRun run)
{
    [Theory]
    [InlineData("show-batch", "--data", "{odd}")]
    [InlineData("data", "summary", "--data", "{odd}")]
    [InlineData("evaluate", "{run}/model.safetensors", "--data", "{odd}")]
    [InlineData("train", "--data", "{odd}", "--cross-validate", "2", "--arch", "resnet18", "--weights", "none", "--presize", "32",
        "--size", "32", "--batch-size", "4", "--freeze-epochs", "0", "--epochs", "1", "--out", "odd-runs")]
    public void A_class_without_photos_is_named(params string[] arguments)
    {
        var odd = Odd();
        var outcome = run.Program.Run([.. arguments.Select(argument => argument.Replace("{odd}", odd).Replace("{run}", run.Folder))]);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Contains("warning: class 'Ghost' is not learned: its folder 'Ghost' is empty", outcome.Errors);
    }

    [Fact]
    public void Classes_that_are_not_validated_are_named_at_the_start()
    {
        var odd = Odd();
        var one = Directory.CreateDirectory(Path.Combine(odd, "Single")).FullName;
        File.Copy(Directory.GetFiles(Path.Combine(odd, "Domino_Hound"))[0], Path.Combine(one, "1.jpg"));
        var outcome = run.Program.Run("train", "--data", odd, "--arch", "resnet18", "--weights", "none", "--presize", "32",
            "--size", "32", "--batch-size", "4", "--freeze-epochs", "0", "--epochs", "1", "--out", "odd-runs");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Contains("warning: there is no photo to validate on in 1 of 3 classes ('Single'): nothing says how well they are learned",
            outcome.Errors);
    }

    /// <summary>Two classes of the sample, and an empty folder.</summary>
    private string Odd()
    {
        var odd = Path.Combine(run.Program.Folder, $"odd-{Guid.NewGuid():N}");
        static string Breed(string file) => Path.GetFileName(file)[..Path.GetFileName(file).LastIndexOf('_')];
        var images = Directory.GetFiles(Path.Combine(run.Data, "images"), "*.jpg").GroupBy(Breed)
            .OrderBy(group => group.Key == "Domino_Hound" ? "" : group.Key, StringComparer.Ordinal).Take(2);
        foreach (var group in images)
        {
            Directory.CreateDirectory(Path.Combine(odd, group.Key));
            foreach (var file in group.Take(6))
                File.Copy(file, Path.Combine(odd, group.Key, Path.GetFileName(file)));
        }
        Directory.CreateDirectory(Path.Combine(odd, "Ghost"));
        return odd;
    }
}
