using System.Text.Json;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>Which models a server answers with, and how others take their places.</summary>
[Collection(Shared.Server)]
public sealed class ServeModelTests(SampleRun run) : IDisposable
{
    private readonly PetBreedsProgram _program = new(); // has runs of its own

    private ServeProcess? _server;

    public void Dispose()
    {
        _server?.Dispose();
        _program.Dispose();
    }

    [Fact]
    public async Task Two_models_answer_under_their_names()
    {
        var server = _server = new ServeProcess(_program, "--model", $"one={Copy("first")}", "--model", $"two={Copy("second")}");
        Assert.Equal("one first", await Answer("v1/predict"));
        Assert.Equal("one first", await Answer("v1/predict?model=one"));
        Assert.Equal("two second", await Answer("v1/predict?model=two"));
        Assert.Equal(404, (await server.Post("v1/predict?model=default", ServeProcess.Jpeg(run.Photo))).Status);
        Assert.Equal(2, (await server.Get("v1/models")).Json.GetProperty("models").GetArrayLength());
    }

    [Fact]
    public async Task A_photo_unlike_those_of_its_classes_is_none_of_these_at_any_threshold()
    {
        var server = _server = new ServeProcess(_program, "--model", $"strict={run.StrictModel()}");
        foreach (var (query, none) in new[] { ("", false), ("?threshold=.001", true), ("?reject-at=.9", true) })
        {
            var photo = (await server.Post($"v1/predict{query}", ServeProcess.Jpeg(run.Photo))).Json.GetProperty("photos")[0];
            Assert.Equal((true, none), (photo.GetProperty("unfamiliar").GetBoolean(), photo.GetProperty("none_of_these").GetBoolean()));
        }
    }

    [Fact]
    public async Task A_newer_run_takes_the_place_of_the_newest()
    {
        Copy("20260101-000000-resnet18-cats");
        _server = new ServeProcess(_program);
        Assert.Equal("default 20260101-000000-resnet18-cats", await Answer("v1/predict"));
        Copy("20260102-000000-resnet18-cats");
        await Until("20260102-000000-resnet18-cats", "run");
    }

    [Fact]
    public async Task A_model_that_is_written_again_is_loaded_and_no_request_is_lost()
    {
        var folder = Copy("first");
        var server = _server = new ServeProcess(_program, folder);
        using var done = new CancellationTokenSource();
        var asking = Task.Run(async () =>
        {
            List<int> statuses = [];
            while (!done.IsCancellationRequested)
                statuses.Add((await server.Post("v1/predict", ServeProcess.Jpeg(run.Photo))).Status);
            return statuses;
        });
        var before = await Loaded();
        File.SetLastWriteTimeUtc(Path.Combine(folder, "model.safetensors"), new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await Changed(before);
        before = await Loaded();
        Assert.Equal(200, (await server.Post("v1/models/default/reload", ServeProcess.Json(""))).Status); // at once, on demand
        Assert.NotEqual(before, await Loaded());
        await done.CancelAsync();
        Assert.All(await asking, status => Assert.Equal(200, status));
    }

    [Fact]
    public async Task A_damaged_model_does_not_take_the_place_of_a_good_one()
    {
        var folder = Copy("first");
        var server = _server = new ServeProcess(_program, folder);
        var before = await Loaded();
        File.WriteAllText(Path.Combine(folder, "model.safetensors"), "damaged");
        var refused = await server.Post("v1/models/default/reload", ServeProcess.Json(""));
        Assert.Contains("the model is kept: the new one cannot be loaded: ", ServeProcess.Problem(refused));
        Assert.Equal(422, refused.Status);
        Assert.Equal("default first", await Answer("v1/predict"));
        Assert.Equal(before, await Loaded());
    }

    [Fact]
    public void Without_a_model_there_is_nothing_to_serve()
    {
        var outcome = _program.Run("serve", "--port", "0");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("there is no run with a model here", outcome.Errors);
    }

    /// <summary>The run under another name, among the runs of this program.</summary>
    private string Copy(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_program.Folder, "runs", name)).FullName;
        foreach (var file in new[] { "config.yaml", "environment.json" })
            File.Copy(Path.Combine(run.Folder, file), Path.Combine(folder, file));
        var whole = Path.Combine(folder, "whole");
        File.Copy(Path.Combine(run.Folder, "model.safetensors"), whole);
        File.Move(whole, Path.Combine(folder, "model.safetensors")); // appears whole, as a training leaves it
        return folder;
    }

    private async Task<string> Answer(string path)
    {
        var json = (await _server!.Post(path, ServeProcess.Jpeg(run.Photo))).Json;
        return $"{json.GetProperty("model").GetString()} {json.GetProperty("run").GetString()}";
    }

    private async Task<JsonElement> Model() => (await _server!.Get("v1/models")).Json.GetProperty("models")[0];

    private async Task<string> Loaded() => (await Model()).GetProperty("loaded").GetString()!;

    private async Task Changed(string before)
    {
        while (await Loaded() == before)
            await Task.Delay(100);
    }

    private async Task Until(string value, string property)
    {
        while ((await Model()).GetProperty(property).GetString() != value)
            await Task.Delay(100);
    }
}
