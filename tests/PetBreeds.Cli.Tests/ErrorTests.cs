using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>Every error: exit code 2, one clear message on standard error, no trace, nothing on standard output.</summary>
public sealed class ErrorTests(PetBreedsProgram program) : IClassFixture<PetBreedsProgram>
{
    [Theory]
    [InlineData("trian", "trian")]
    [InlineData("train --epoch 3", "--epoch")]
    [InlineData("predict", "predict")]
    [InlineData("train", "must be downloaded first")]
    [InlineData("train --arch resnet18 --weights imagenet-v2", "no weights 'imagenet-v2' for resnet18")]
    [InlineData("data get cats", "cats")]
    [InlineData("train --data nowhere", "nowhere")]
    [InlineData("train --data nowhere --arch resnet19", "'resnet19' is not one of resnet18, resnet34")]
    [InlineData("train --data . --epochs -1", "--epochs: '-1' is not a whole number from 0 to 10000")]
    [InlineData("train --data . --epochs many", "--epochs: 'many' is not a whole number")]
    [InlineData("train --data . --head fastai --views 2", "can only be trained, not solved")]
    [InlineData("train --data . --views 0 --epochs 0 --freeze-epochs 0", "nothing to train")]
    [InlineData("train --data . --lr 1e-3:1e-5", "--lr: '1e-3:1e-5'")]
    [InlineData("train --data . --lr 0", "--lr: '0' is not a rate above 0")]
    [InlineData("train --data . --lr nan", "--lr: 'nan'")]
    [InlineData("train --data . --size 224 --presize 200", "--presize 200 is smaller than --size 224")]
    [InlineData("train --data . --valid-fraction 1,5", "--valid-fraction: '1,5'")]
    [InlineData("train --data . --batch-size many", "--batch-size: 'many' is neither auto nor a whole number from 1 to 8192")]
    [InlineData("train --data . --batch-size 1",
        "--batch-size 1: batch norm needs at least two photos to estimate their variance; use --batch-size 2, or add --grad-accum 2")]
    [InlineData("train --data . --grad-accum 0", "--grad-accum: '0' is not a whole number from 1 to 64")]
    [InlineData("train --data . --precision fp8", "--precision: 'fp8' is not one of auto, fp32, bf16, fp16")]
    [InlineData("train --data . --device tpu", "'tpu' is not one of auto, cpu, cuda")]
    [InlineData("train --data . --device cuda:99", "cuda:99")]
    [InlineData("train --data . --labels pattern:((", "--labels: 'pattern:((' does not contain a valid regular expression: ")]
    [InlineData("train --labels csv:nothing.csv", "nothing.csv")]
    [InlineData("train --config nothing.yaml", "nothing.yaml")]
    [InlineData("predict nothing.jpg", "nothing.jpg")]
    [InlineData("predict . --top 0", "--top")]
    [InlineData("evaluate nothing", "nothing")]
    [InlineData("show-batch", "--data")]
    [InlineData("show-batch", "`petbreeds data get pets` downloads the data set.")]
    [InlineData("train --data . --device cuda:99", "or use --device cpu.")]
    [InlineData("show-batch --data . --count 0", "--count: '0'")]
    [InlineData("show-batch --data . --unique --compare", "--unique and --compare")]
    [InlineData("show-batch --data . --photo cat.jpg", "--photo needs --unique or --compare")]
    [InlineData("data summary --data nowhere", "nowhere")]
    [InlineData("evaluate", "no run with a model")]
    [InlineData("train --data . --patience 3", "--patience: early stopping is not supported: 1cycle")]
    [InlineData("train --data . --early-stopping", "--time 10m, which plans as many epochs as fit")]
    [InlineData("train --data . --time 10", "--time: '10' is not a time")]
    [InlineData("train --data . --repeat 1", "'1' is not a whole number from 2")]
    [InlineData("train --data . --mixup x", "--mixup: 'x' is not a number from 0 to 10")]
    [InlineData("train --data . --loss mse", "--loss: 'mse' is not one of ce, bce")]
    [InlineData("train --labels csv:some.csv --label-delim ;", "Add --loss bce")]
    [InlineData("train --data . --cross-validate 3 --time 10m", "cross-validation needs one label per photo and a fixed number of epochs")]
    [InlineData("train --data . --cross-validate 3 --repeat 2", "the models of a cross-validation are trained once")]
    [InlineData("train --resume --repeat 2", "only one run can be resumed at a time")]
    [InlineData("train --resume --batch-size-per-rank 8", "a resumed run keeps its batch size")]
    [InlineData("train --data sample --batch-size 8 --batch-size-per-rank 8", "there are two batch sizes")]
    [InlineData("lr-find --data sample --batch-size-per-rank 0", "'0' is not a number of photos")]
    [InlineData("train --resume --cross-validate 3", "a cross-validation cannot be resumed")]
    [InlineData("train --data . --tensorboard maybe", "--tensorboard: 'maybe' is not one of true, false")]
    public void Says_what_is_wrong(string arguments, string expected)
    {
        var outcome = program.Run(arguments.Split(' '));
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(expected, outcome.Errors);
        Assert.DoesNotContain("   at ", outcome.Errors);
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public void Reports_all_wrong_values_at_once()
    {
        var errors = program.Run("train", "--data", ".", "--epochs", "x", "--size", "7", "--lr", "fast").Errors;
        Assert.Contains("--epochs: 'x'", errors);
        Assert.Contains("--size: '7'", errors);
        Assert.Contains("--lr: 'fast'", errors);
    }

    [Fact]
    public void A_setting_is_shown_as_a_flag_in_quotes_where_a_shell_needs_them()
    {
        foreach (var name in new[] { "cats/brown/a.jpg", "dogs/brown/b.jpg", "dogs/black/c.jpg" })
            File.WriteAllBytes(program.Write(Path.Combine("merged", name), ""), [0xFF, 0xD8, 0xFF, 0xE0]); // a JPEG begins so
        Assert.Contains("--labels 'pattern:([^/]+/[^/]+)/[^/]+$' keeps them apart.",
            program.Run("train", "--weights", "none", "--data", "merged").Errors);
    }

    [Fact]
    public void Unknown_key_names_line_and_nearest_key()
    {
        var config = program.Write("recipe.yaml", "# a recipe\ndata: sample\nbatchsize: 32\n");
        var outcome = program.Run("train", "--config", config);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("line 3: unknown key 'batchsize'; did you mean 'batch-size'?", outcome.Errors);
        Assert.Contains("`petbreeds train --help` lists the keys.", outcome.Errors);
    }

    [Fact]
    public void Wrong_value_in_a_file_names_the_line()
    {
        var config = program.Write("wrong.yaml", "data: sample\nepochs: lots\n");
        Assert.Contains("wrong.yaml, line 2, epochs: 'lots' is not a whole number", program.Run("train", "--config", config).Errors);
    }

    [Fact]
    public void Broken_yaml_names_the_file()
    {
        var config = program.Write("broken.yaml", "data: [sample\nepochs: 3\n");
        var outcome = program.Run("train", "--config", config);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("broken.yaml: ", outcome.Errors);
    }

    [Fact]
    public void Model_that_is_none_is_refused()
    {
        var model = program.Write("model.safetensors", "this is no model");
        var photo = program.Write("photo.jpg", "this is no photo");
        var outcome = program.Run("predict", photo, "--model", model);
        Assert.Equal(2, outcome.ExitCode);
        Assert.DoesNotContain("   at ", outcome.Errors);
    }

    [Fact]
    public void Verbose_adds_the_trace()
    {
        var outcome = program.Run("train", "--data", "nowhere", "--verbose");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("   at PetBreeds.", outcome.Errors);
    }

    [Fact]
    public void Libtorch_that_is_not_there_is_said()
    {
        var outcome = program.Run(new Dictionary<string, string> { ["PETBREEDS_LIBTORCH"] = program.Folder }, "doctor");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("in this folder, its lib or its torch/lib", outcome.Errors);
        Assert.Contains("PETBREEDS_LIBTORCH", outcome.Errors);
        Assert.Contains("2.10", outcome.Errors);
    }

    [Theory]
    [InlineData(null, "libtorch cannot be loaded: ", "Install the library that is named here")]
    [InlineData("libHarfBuzzSharp.so", "this is libtorch older than 2.9, but TorchSharp needs 2.10", "or unset it")] // not libtorch
    public void Libtorch_that_is_another_is_said(string? library, string problem, string remedy)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the files have Linux's names");
        var folder = Directory.CreateDirectory(Path.Combine(program.Folder, $"libtorch-{library}")).FullName;
        foreach (var name in new[] { "libc10.so", "libtorch_cpu.so" })
        {
            if (library is null)
                File.WriteAllText(Path.Combine(folder, name), "no library");
            else
                File.Copy(Path.Combine(PetBreedsProgram.Home, library), Path.Combine(folder, name));
        }
        var outcome = program.Run(new Dictionary<string, string> { ["PETBREEDS_LIBTORCH"] = folder }, "doctor");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(problem, outcome.Errors);
        Assert.Contains(remedy, outcome.Errors);
    }
}
