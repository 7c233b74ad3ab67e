using System.Text.Json;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>data summary on whole and on broken data.</summary>
public sealed class DataSummaryTests(PetBreedsProgram program) : IClassFixture<PetBreedsProgram>
{
    private static readonly string[] Steps =
        ["read", "header", "decode", "presize", "window", "batch", "float", "augment", "lighting", "normalise", "label"];

    [Fact]
    public void Sums_up_a_data_set_for_people()
    {
        var outcome = Summary("--data", "sample");
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        foreach (var step in Steps)
            Assert.Contains($" {step} ", outcome.Output);
        Assert.Contains("uint8 [8, 64, 64, 3]", outcome.Output);
        Assert.Contains("float32 [8, 3, 48, 48]", outcome.Output);
        Assert.Contains("labels    file names", outcome.Output);
        Assert.Contains("20% at random, stratified, seed 42", outcome.Output);
        Assert.Matches(@"Domino_Hound +32 +8\s", outcome.Output);
        Assert.Matches(@"all +320 +80\s", outcome.Output);
        Assert.Contains("200 presized training photos", outcome.Output);
        using var picture = Pictures.Read(Path.Combine(program.Folder, "summary.png"));
        Assert.Equal((16 + 7 * (200 + 16)) * 2, picture.Width); // seven steps have something to show
    }

    [Fact]
    public void A_broken_photo_and_one_that_was_left_out_name_the_step_and_the_reason()
    {
        var data = program.Run("data", "sample", "broken").Output.Trim();
        using var whole = JsonDocument.Parse(Summary("--data", data, "--json").Output);
        var photo = Path.Combine(data, whole.RootElement.GetProperty("photo").GetString()!);
        Assert.Equal(Steps, Names(whole.RootElement.GetProperty("steps")));
        Assert.Equal(JsonValueKind.Null, whole.RootElement.GetProperty("failed").ValueKind);
        Assert.InRange(whole.RootElement.GetProperty("pixels").GetProperty("mean")[0].GetDouble(), .05, .95);
        File.WriteAllBytes(photo, File.ReadAllBytes(photo)[..2000]);

        var outcome = Summary("--data", data, "--json");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("step 'decode' failed", outcome.Errors);
        Assert.Contains("cut short", outcome.Errors);
        using var json = JsonDocument.Parse(outcome.Output);
        Assert.Equal("decode", json.RootElement.GetProperty("failed").GetProperty("step").GetString());
        Assert.Equal(["read", "header", "decode"], Names(json.RootElement.GetProperty("steps")));
        Assert.Equal(["collate", "to device", "transform"], Names(json.RootElement.GetProperty("batch"))); // training continues without it

        File.WriteAllText(Path.Combine(data, "images", "Domino_Hound_77.jpg"), "this is no photo");
        var text = Summary("--data", data, "--photo", "images/Domino_Hound_77.jpg");
        Assert.Equal(1, text.ExitCode);
        Assert.Contains("step 'header' failed", text.Errors);
        Assert.Contains("text file", text.Errors);
        Assert.Contains("Domino_Hound_77.jpg (left out)", text.Output);
    }

    [Fact]
    public void An_empty_label_is_a_step_that_fails()
    {
        program.Write("a.jpg", "");
        var table = program.Write("labels.csv", "photo,label\na.jpg,\n");
        var outcome = Summary("--data", table);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("step 'catalog' failed", outcome.Errors);
        Assert.Contains("line 2 has no label", outcome.Errors);
    }

    private Outcome Summary(params string[] arguments) =>
        program.Run(["data", "summary", "--presize", "64", "--size", "48", "--batch-size", "8", "--device", "cpu", .. arguments]);

    private static string?[] Names(JsonElement steps) => [.. steps.EnumerateArray().Select(step => step.GetProperty("name").GetString())];
}
