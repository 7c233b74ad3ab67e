using System.Text.Json;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>Serving an exported model with ONNX Runtime.</summary>
[Collection(Shared.Server)]
public sealed class ServeOnnxTests(SampleRun run)
{
    /// <summary>A libtorch that is not there: whoever loads one fails.</summary>
    private static readonly Dictionary<string, string> NoTorch = new() { ["PETBREEDS_LIBTORCH"] = "/nowhere" };

    private string Model => Path.Combine(run.Folder, "export", "onnx", "model.onnx");

    [Theory]
    [InlineData("{run}", "--backend", "onnx")]
    [InlineData("{model}")] // its name says what it is for
    public async Task An_export_is_served_without_libtorch(params string[] arguments)
    {
        Assert.Equal(0, run.Program.Run("export", run.Folder, "--no-check").ExitCode);
        using var server = new ServeProcess(run.Program, NoTorch,
            [.. arguments.Select(argument => argument.Replace("{run}", run.Folder).Replace("{model}", Model))]);
        var (status, _, json) = await server.Post("v1/predict", ServeProcess.Jpeg(run.Photo));
        Assert.Equal(200, status);
        using var expected = JsonDocument.Parse(run.Program.Run("predict", run.Photo, "--model", Model, "--json").Output);
        var actual = json.GetProperty("photos")[0].GetProperty("predictions")[0];
        var top = expected.RootElement[0].GetProperty("predictions")[0];
        Assert.Equal(top.GetProperty("class").GetString(), actual.GetProperty("class").GetString());
        Assert.Equal(top.GetProperty("probability").GetDouble(), actual.GetProperty("probability").GetDouble(), 1e-6);

        var heat = await server.Post($"v1/heatmap?class={top.GetProperty("class").GetString()}", ServeProcess.Jpeg(run.Photo));
        Assert.Equal(501, heat.Status);
        Assert.Contains("ONNX models compute no gradients", ServeProcess.Problem(heat));
        if (OperatingSystem.IsLinux())
            Assert.DoesNotContain("libtorch", File.ReadAllText($"/proc/{server.Id}/maps"));
    }

    [Fact]
    public void A_model_and_its_backend_must_fit()
    {
        Assert.Equal(0, run.Program.Run("export", run.Folder, "--no-check").ExitCode);
        var torch = run.Program.Run("serve", Model, "--port", "0", "--backend", "torch");
        Assert.Equal(2, torch.ExitCode);
        Assert.Contains("libtorch cannot compute an ONNX model", torch.Errors);

        var copy = run.Program.Write("unexported/model.safetensors", "");
        var outcome = run.Program.Run(NoTorch, "serve", Path.GetDirectoryName(copy)!, "--port", "0", "--backend", "onnx");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("there is no ONNX model to serve: it has not been exported", outcome.Errors);
        Assert.Contains($"`petbreeds export {Path.GetDirectoryName(copy)}` writes it", outcome.Errors);
        Assert.Contains($"`petbreeds export {copy} --no-check` writes it",
            run.Program.Run("serve", copy, "--port", "0", "--backend", "onnx").Errors);
    }
}
