using PetBreeds.Batches.Augmentation;
using PetBreeds.Catalog;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Schedules;
using Xunit;

namespace PetBreeds.Tests.Training.Configuration;

public sealed class ConfigTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void A_file_that_cannot_be_written_is_an_error()
    {
        var nowhere = Path.Combine(_file, "config.yaml");
        var error = Assert.Throws<UserException>(() => ConfigFile.Save(nowhere, new TrainOptions(), ""));
        Assert.StartsWith("the configuration cannot be written: ", error.Problem);
        Assert.Equal(nowhere, error.Place);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var config = new TrainOptions
        {
            Data = "/photos/it's a \"folder\": yes",
            Labels = LabelSource.Pattern(@"^(.+)_\d+\.jpg$"),
            Lr = LearningRate.Slice(1e-6, 1e-4),
            Stratify = false,
            ValidFraction = .15,
            LabelSmoothing = .1,
            Loss = LossKind.BinaryCrossEntropy,
            LabelDelim = " ",
            Augment = AugmentSteps.Chain,
            Mixup = .3,
            CutMix = 1,
            RandomErasing = .25,
            ClassWeights = ClassWeighting.Balanced,
            Sampling = SamplingMode.Balanced,
            Ema = .999,
            WeightDecay = .1,
            Time = TimeSpan.FromMinutes(90),
            Steps = 77,
            TensorBoard = true,
            Seed = 7,
            Architecture = Architecture.ResNet18,
            Weights = InitialWeights.None,
            Device = ComputeDevice.Cpu,
            Epochs = 9,
            AutoBatchSize = true,
            GradAccum = 4,
            Precision = Precision.BFloat16,
            ReducePrecision = ReducePrecision.BFloat16,
        };
        File.WriteAllText(_file, ConfigFile.Write(config));
        Assert.Equal(config, ConfigFile.Apply(new TrainOptions(), ConfigFile.Read(_file)));
    }

    [Fact]
    public void Later_settings_win() => Assert.Equal(4, ConfigFile.Apply(new TrainOptions(),
        [new("epochs", "3", "file"), new("epochs", "4", "flag")]).Epochs);

    [Fact]
    public void Every_setting_writes_what_it_reads()
    {
        var config = new TrainOptions { Data = "photos" };
        foreach (var setting in Setting.All)
        {
            if (setting.Get(config) is { } value)
                Assert.Equal(value, setting.Get(setting.Set(config, value)));
        }
    }

    [Theory]
    [InlineData("2e-3", null, 2e-3)]
    [InlineData("1e-6:1e-4", 1e-6, 1e-4)]
    [InlineData("0.25", null, .25)]
    [InlineData("1.5e-7:2e-1", 1.5e-7, .2)]
    [InlineData("auto", null, null)]
    public void Rates_are_read(string text, double? low, double? high)
    {
        var rate = LearningRate.Parse(text);
        Assert.Equal((low, high), (rate.Low, rate.High));
        Assert.Equal(rate, LearningRate.Parse(rate.ToString()));
    }

    [Theory]
    [InlineData(.002, "2e-3")]
    [InlineData(.0123, "1.23e-2")]
    [InlineData(.1, "0.1")]
    [InlineData(1.0 / 30, "0.03333333333333333")]
    public void Rates_are_written_as_people_write_them(double rate, string text) => Assert.Equal(text, new LearningRate(rate).ToString());

    [Fact]
    public void A_rate_out_of_range_is_refused_in_code_too()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LearningRate(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LearningRate(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Slice(1e-2, 1e-3));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1e-3")]
    [InlineData("1e-3:")]
    [InlineData("1:2:3")]
    [InlineData("11")]
    [InlineData("1e-2:1e-3")]
    [InlineData("1,5")]
    [InlineData("infinity")]
    public void Other_rates_are_not(string text) => Assert.Throws<FormatException>(() => LearningRate.Parse(text));

    [Theory]
    [InlineData("epochs: 3\nepochs: 4\n", ": line 2: Duplicate")]
    [InlineData("- a\n- b\n", "not a list of settings")]
    [InlineData("epochs: [1, 2]\n", "takes a single value")]
    [InlineData("epoch: 3\n", "did you mean 'epochs'?")]
    [InlineData("patience: 3\n", "early stopping is not supported: 1cycle")]
    [InlineData("learning: 3\nseeed: 1\n", "line 2: unknown key 'seeed'; did you mean 'seed'?")]
    public void Wrong_files_are_refused(string text, string expected)
    {
        File.WriteAllText(_file, text);
        Assert.Contains(expected, Assert.Throws<UserException>(() => ConfigFile.Read(_file)).Message);
    }

    [Fact]
    public void Cleaning_and_several_labels_exclude_each_other() =>
        Assert.Contains("`cleaning` corrects one label per photo, but `label-delim` gives photos several",
            Assert.Throws<UserException>(() => ConfigFile.Apply(new TrainOptions(),
                [new("cleaning", "cleaning.csv", "line 1"), new("label-delim", ";", "line 2")])).Message);

    [Fact]
    public void A_pattern_in_double_quotes_is_told_apart_from_a_file_that_is_no_list()
    {
        File.WriteAllText(_file, "epochs: 3\nlabels: \"pattern:^(.+)_\\d+$\"\n");
        var error = Assert.Throws<UserException>(() => ConfigFile.Read(_file));
        Assert.StartsWith("line 2: ", error.Problem);
        Assert.StartsWith("YAML interprets '\\' in double quotes: put the value in single quotes", error.Remedy);
    }

    [Fact]
    public void A_path_that_YAML_has_turned_into_control_characters_is_refused()
    {
        File.WriteAllText(_file, "data: \"D:\\new\\test\"\n"); // a line break and a tab
        Assert.Contains("the value contains a control character; in YAML, put a value that contains \\ in single quotes",
            Assert.Throws<UserException>(() => ConfigFile.Apply(new TrainOptions(), ConfigFile.Read(_file))).Message);
    }

    [Theory]
    [InlineData("1", "1", false)]
    [InlineData("1", "2", true)]
    [InlineData("2", "1", true)]
    public void A_step_needs_two_photos(string batch, string accumulated, bool enough)
    {
        GivenSetting[] given = [new("batch-size", batch, "line 1"), new("grad-accum", accumulated, "line 2")];
        if (enough)
            Assert.Equal(int.Parse(batch), ConfigFile.Apply(new TrainOptions(), given).BatchSize);
        else
            Assert.Contains("batch norm needs at least two photos",
                Assert.Throws<UserException>(() => ConfigFile.Apply(new TrainOptions(), given)).Message);
    }

    [Fact]
    public void A_file_that_is_not_UTF_8_is_refused()
    {
        File.WriteAllBytes(_file, [.. "epochs: 3\ndata: k"u8, 0xE4, .. "tzchen\n"u8]);
        Assert.Equal("line 2 is not UTF-8; in windows-1252 it would be 'data: k\u00E4tzchen'",
            Assert.Throws<UserException>(() => ConfigFile.Read(_file)).Problem);
    }

    [Theory]
    [InlineData("encoding: utf-9", "'utf-9' is not the name of an encoding")]
    [InlineData("encoding: gb18030", null)]
    public void An_encoding_must_exist(string line, string? expected)
    {
        File.WriteAllText(_file, line);
        TrainOptions Apply() => ConfigFile.Apply(new TrainOptions(), ConfigFile.Read(_file));
        if (expected is null)
            Assert.Equal("gb18030", Apply().Encoding);
        else
            Assert.Contains(expected, Assert.Throws<UserException>(Apply).Message);
    }

    [Fact]
    public void An_empty_file_changes_nothing()
    {
        File.WriteAllText(_file, "# nothing\n");
        Assert.Empty(ConfigFile.Read(_file));
    }

    /// <summary>A configuration that no file and no flag has passed through.</summary>
    [Fact]
    public void What_code_sets_is_checked_as_a_whole_and_as_flags_are()
    {
        new TrainOptions().RequireValid();
        var config = new TrainOptions
        {
            Loss = (LossKind)7,
            BatchSize = 0,
            Epochs = -1,
            Time = TimeSpan.FromDays(31),
            Presize = 64,
            Size = 128,
            Precision = (Precision)9,
            Mixup = double.NaN,
        };
        var error = Assert.Throws<UserException>(() => TrainingSession.Missing(config)); // before anything is downloaded
        Assert.Equal(
            ["batch-size", "epochs", "loss", "mixup", "precision", "time"],
            error.Message.Split('\n').Where(line => line.Contains(": '")).Select(line => line.Split(':')[0].Trim('`')).Order());
        Assert.Contains("'7' is not one of ce, bce", error.Message);
        Assert.Contains("`presize 64` is smaller than `size 128`", error.Message);
    }
}
