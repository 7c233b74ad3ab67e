using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Checkpoints;
using PetBreeds.Training.Configuration;
using Xunit;

namespace PetBreeds.Tests.Training.Checkpoints;

public class ResumeCheckTests
{
    private static readonly TrainOptions Before = new TrainOptions { Data = "photos", Lr = 1e-3, Epochs = 7, Seed = 9 }.WithFullPaths();

    private static readonly RunIdentity Run =
        new(Setting.Texts(Before), new DataPrint(3, 2, "0"), new StartingWeights(null, null, null), null);

    [Fact]
    public void Without_flags_the_run_goes_on_with_its_own_settings() => Assert.Equal(Before, ResumeCheck.Config(Run, []));

    [Fact]
    public void The_same_value_again_is_no_difference() =>
        Assert.Equal(Before, ResumeCheck.Config(Run, [Given("lr", "1e-3"), Given("epochs", "7"), Given("data", "photos")]));

    [Fact]
    public void Every_setting_that_differs_is_named_with_both_values()
    {
        var error = Assert.Throws<UserException>(() =>
            ResumeCheck.Config(Run, [Given("lr", "2e-3"), Given("epochs", "8"), Given("device", "cpu")]));
        Assert.Equal("`epochs` is '8', but the run has '7'\n`lr` is '2e-3', but the run has '1e-3'", error.Message);
        Assert.Contains("`device`", error.Remedy);
    }

    [Fact]
    public void What_may_change_changes()
    {
        var now = ResumeCheck.Config(Run,
            [Given("device", "cpu"), Given("keep", "3"), Given("save-every", "2.5"), Given("on-nan", "recover")]);
        Assert.Equal(Before with { Device = ComputeDevice.Cpu, Keep = 3, SaveEvery = 2.5, OnNan = NonFiniteAction.Recover }, now);
    }

    [Fact]
    public void A_setting_of_another_program_is_refused()
    {
        var run = Run with { Settings = new Dictionary<string, string>(Run.Settings) { ["magic"] = "1" } };
        Assert.Contains("does not know: magic", Assert.Throws<UserException>(() => ResumeCheck.Config(run, [])).Message);
    }

    private static GivenSetting Given(string key, string value) => new(key, value, $"--{key}");
}
