using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>Exports of a short training on the sample; its head is fastai's, for it began with random weights.</summary>
[Collection(Shared.Answers)]
public sealed class ExportTests(SampleRun run)
{
    /// <summary>A libtorch that is not there: whoever loads one fails.</summary>
    private static readonly Dictionary<string, string> NoTorch = new() { ["PETBREEDS_LIBTORCH"] = "/nowhere" };

    [Fact]
    public void An_ONNX_export_answers_as_the_run_does_without_libtorch()
    {
        using var exported = Json([], "export", run.Folder, "--json");
        var export = exported.RootElement.GetProperty("exports")[0];
        var folder = export.GetProperty("folder").GetString()!;
        Assert.Equal(Path.Combine(run.Folder, "export", "onnx"), folder);
        Assert.Equal(["model.onnx", "network.onnx", "classes.txt", "README.md"],
            export.GetProperty("files").EnumerateArray().Select(file => file.GetString()));
        foreach (var check in export.GetProperty("checks").EnumerateArray())
        {
            Assert.Equal(80, check.GetProperty("photos").GetInt32());
            Assert.InRange(check.GetProperty("largest_difference").GetDouble(), 0, .02);
            Assert.InRange(check.GetProperty("largest_difference_from_same_pixels").GetDouble(), 0, 1e-3);
        }
        var model = Path.Combine(folder, "model.onnx");
        using var byTorch = Json([], "predict", run.Photo, "--model", run.Folder, "--json");
        using var byOnnx = Json(NoTorch, "predict", run.Photo, "--model", model, "--json");
        var expected = byTorch.RootElement[0].GetProperty("predictions")[0];
        var actual = byOnnx.RootElement[0].GetProperty("predictions")[0];
        Assert.Equal(expected.GetProperty("class").GetString(), actual.GetProperty("class").GetString());
        Assert.Equal(expected.GetProperty("probability").GetDouble(), actual.GetProperty("probability").GetDouble(), .02);
        // Or libtorch was found all the same:
        Assert.NotEqual(0, run.Program.Run(NoTorch, "predict", run.Photo, "--model", run.Folder).ExitCode);

        string[] photos = ["--data", "sample", "--split", "valid"];
        using var measuredByTorch = Json([], ["evaluate", Path.Combine(run.Folder, "model.safetensors"), .. photos, "--json"]);
        using var measured = Json(NoTorch, ["evaluate", model, .. photos, "--json"]);
        Assert.Equal(80, measured.RootElement.GetProperty("photos").GetInt32());
        Assert.Equal(measuredByTorch.RootElement.GetProperty("log_loss").GetDouble(),
            measured.RootElement.GetProperty("log_loss").GetDouble(), .01);

        var calibrated = run.Program.Run(["evaluate", model, .. photos, "--calibrate"]);
        Assert.Contains("an exported model cannot be recalibrated", calibrated.Errors);
    }

    [Fact]
    public void Formats_are_named_with_commas_or_one_by_one()
    {
        var outcome = run.Program.Run(
            "export", run.Folder, "--format", "onnx,fastai", "--format", "onnx,triton", "--out", "out", "--no-check");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Matches(@"fastai\s+model\.safetensors +\d+ MB\s+config\.json +\d kB\s+load\.py +\d kB\s", outcome.Output);
        Assert.DoesNotContain("changed", outcome.Output); // nothing was compared
        Assert.Contains("was not compared with the model", File.ReadAllText(run.Program.Folder + "/out/onnx/README.md"));
        Assert.Matches(@"triton\s+resnet18/1/model\.onnx +\d+ MB\s+resnet18/config\.pbtxt ", outcome.Output.Replace('\\', '/'));
        Assert.Equal(["fastai", "onnx", "triton"],
            Directory.GetDirectories(Path.Combine(run.Program.Folder, "out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Half_precision_says_what_it_costs()
    {
        var outcome = run.Program.Run("export", run.Folder, "--half");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Matches(@"onnx-half\s+model\.onnx +\d+ MB  \d+ of 80 answers changed, .*; error 0\.\d{4}, the model's 0\.\d{4}\s",
            outcome.Output);
        Assert.Contains("arithmetic are float16", File.ReadAllText(Path.Combine(run.Folder, "export", "onnx-half", "README.md")));
    }

    [Fact]
    public void Int8_is_calibrated_on_training_photos_and_says_what_it_costs()
    {
        var outcome = run.Program.Run("export", run.Folder, "--int8");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        var said = Regex.Match(outcome.Output,
            @"onnx-int8\s+model\.onnx +\d+ MB  (\d+ of 80 answers changed, .*; error 0\.\d{4}, the model's 0\.\d{4})\s");
        Assert.True(said.Success, outcome.Output);
        Assert.Contains($"- `model.onnx`: {said.Groups[1].Value}",
            File.ReadAllText(Path.Combine(run.Folder, "export", "onnx-int8", "README.md")));
    }

    [Theory]
    [InlineData("only ONNX is written in float16", "export", "{run}", "--half", "--format", "fastai")]
    [InlineData("only ONNX is written in int8", "export", "{run}", "--int8", "--format", "onnx,fastai")]
    [InlineData("a network computes in float16 or in int8, not in both", "export", "{run}", "--int8", "--half")]
    [InlineData("a model file alone has no training photos, which int8 needs", "export", "{run}/model.safetensors", "--int8")]
    [InlineData("the training photos, which int8 needs, cannot be found", "export", "copy", "--int8", "--no-check")]
    [InlineData("there is no format 'tflite'", "export", "{run}", "--format", "onnx,tflite")]
    [InlineData("timm has no place for fastai's head of two layers", "export", "{run}", "--format", "timm")]
    [InlineData("there is no such run", "export", "nowhere")]
    [InlineData("a model file alone has no photos to check the export on", "export", "{run}/model.safetensors")]
    [InlineData("the photos to check the export on cannot be found", "export", "copy")]
    public void Mistakes_are_told(string message, params string[] arguments)
    {
        var copy = Directory.CreateDirectory(Path.Combine(run.Program.Folder, "copy")).FullName; // of a run whose photos are gone
        File.Copy(Path.Combine(run.Folder, "model.safetensors"), Path.Combine(copy, "model.safetensors"), overwrite: true);
        run.Program.Write("copy/config.yaml", "data: gone\n");
        var outcome = run.Program.Run([.. arguments.Select(argument => argument.Replace("{run}", run.Folder))]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(message, outcome.Errors);
    }

    private JsonDocument Json(Dictionary<string, string> environment, params string[] arguments)
    {
        var outcome = run.Program.Run(environment, arguments);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        return JsonDocument.Parse(outcome.Output);
    }
}
