using PetBreeds.Training;
using Xunit;

namespace PetBreeds.Tests.Training;

public sealed class ConfigTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_file_that_cannot_be_written_is_an_error()
    {
        var nowhere = Path.Combine(_file, "config.yaml");
        var error = Assert.Throws<UserException>(() => ConfigFile.Save(nowhere, new TrainConfig(), ""));
        Assert.StartsWith("the configuration cannot be written: ", error.Problem);
        Assert.Equal(nowhere, error.Place);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var config = new TrainConfig
        {
            Data = "/photos/it's a \"folder\": yes",
            Labels = @"pattern:^(.+)_\d+\.jpg$",
            Lr = "1e-6:1e-4",
            Stratify = false,
            ValidFraction = .15,
            LabelSmoothing = .1,
            Loss = "bce",
            LabelDelim = " ",
            Augment = "chain",
            Mixup = .3,
            CutMix = 1,
            RandomErasing = .25,
            ClassWeights = "balanced",
            Sampling = "balanced",
            Ema = .999,
            Time = "1h30m",
            Steps = 77,
            TensorBoard = true,
            Seed = 7,
            Arch = "resnet18",
            Weights = "none",
            Device = "cpu",
            Epochs = 9,
            AutoBatchSize = true,
            GradAccum = 4,
            Precision = "bf16",
        };
        File.WriteAllText(_file, ConfigFile.Write(config));
        Assert.Equal(config, ConfigFile.Apply(new TrainConfig(), ConfigFile.Read(_file)));
    }

    [Fact]
    public void Later_settings_win() => Assert.Equal(4, ConfigFile.Apply(new TrainConfig(),
        [new("epochs", "3", "file"), new("epochs", "4", "flag")]).Epochs);

    [Fact]
    public void Every_setting_writes_what_it_reads()
    {
        var config = new TrainConfig { Data = "photos" };
        foreach (var setting in Setting.All)
        {
            if (setting.Get(config) is { } value)
                Assert.Equal(value, setting.Get(setting.Set(config, value)));
        }
    }

    [Theory]
    [InlineData("2e-3", null, 2e-3)]
    [InlineData("1e-6:1e-4", 1e-6, 1e-4)]
    public void Rates_are_read(string text, double? low, double high) => Assert.Equal((low, high), LearningRates.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("-1e-3")]
    [InlineData("1e-3:")]
    [InlineData("1:2:3")]
    [InlineData("11")]
    [InlineData("1e-2:1e-3")]
    [InlineData("1,5")]
    [InlineData("infinity")]
    public void Other_rates_are_not(string text) => Assert.Null(LearningRates.Parse(text));

    [Theory]
    [InlineData("epochs: 3\nepochs: 4\n", ": line 2: Duplicate")]
    [InlineData("- a\n- b\n", "no list of settings")]
    [InlineData("epochs: [1, 2]\n", "takes a single value")]
    [InlineData("epoch: 3\n", "did you mean 'epochs'?")]
    [InlineData("patience: 3\n", "there is no early stopping: under 1cycle")]
    [InlineData("learning: 3\nseeed: 1\n", "line 2: unknown key 'seeed'; did you mean 'seed'?")]
    public void Wrong_files_are_refused(string text, string expected)
    {
        File.WriteAllText(_file, text);
        Assert.Contains(expected, Assert.Throws<UserException>(() => ConfigFile.Read(_file)).Message);
    }

    [Fact]
    public void Cleaning_and_several_labels_exclude_each_other() =>
        Assert.Contains("--cleaning corrects one label a photo, and --label-delim gives photos several", Assert.Throws<UserException>(() =>
            ConfigFile.Apply(new TrainConfig(), [new("cleaning", "cleaning.csv", "--cleaning"), new("label-delim", ";", "--label-delim")])).Message);

    [Fact]
    public void An_empty_file_changes_nothing()
    {
        File.WriteAllText(_file, "# nothing\n");
        Assert.Empty(ConfigFile.Read(_file));
    }
}
