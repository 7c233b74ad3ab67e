using System.Text.Json;
using Xunit;

namespace PetBreeds.Cli.Tests;

[Collection(Shared.Answers)]
public sealed class EvaluateTests(SampleRun run)
{
    [Fact]
    public void Prints_a_table_with_interval_and_thresholds()
    {
        var outcome = run.Program.Run("evaluate", run.Folder);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Contains("precision  recall     F1", outcome.Output);
        Assert.Matches(@"error +0\.\d{4}, 95% interval 0\.\d{4} to 0\.\d{4} \(one photo is 1\.3 points: too few", outcome.Output);
        Assert.Matches(@"\n95% kept ", outcome.Output);
    }

    [Fact]
    public void Json_holds_every_metric()
    {
        using var json = Json("evaluate", run.Folder, "--json");
        string[] names =
            ["error", "accuracy", "top5", "mean_class_accuracy", "macro_f1", "log_loss", "calibration_error", "temperature"];
        foreach (var name in names)
            Assert.InRange(json.RootElement.GetProperty(name).GetDouble(), 0, 20);
        var interval = json.RootElement.GetProperty("error_interval");
        var (low, high) = (interval[0].GetDouble(), interval[1].GetDouble());
        Assert.InRange(json.RootElement.GetProperty("error").GetDouble(), low, high);
        Assert.Equal(10, json.RootElement.GetProperty("classes").GetArrayLength());
        Assert.Equal(5, json.RootElement.GetProperty("rejection").GetArrayLength());
    }

    [Fact]
    public void Rows_are_written_for_each_photo_of_any_split()
    {
        using var json = Json("evaluate", run.Folder, "--split", "train", "--csv", "rows.csv", "--json");
        Assert.Equal(320, json.RootElement.GetProperty("photos").GetInt32());
        var rows = File.ReadAllLines(Path.Combine(run.Program.Folder, "rows.csv"));
        Assert.Equal(321, rows.Length);
        Assert.Equal(json.RootElement.GetProperty("accuracy").GetDouble(), rows.Count(row => row.Split(',')[3] == "1") / 320.0, 1e-9);
    }

    [Fact]
    public void Other_data_needs_no_split_and_not_every_class()
    {
        var images = Path.Combine(run.Data, "images");
        var table = run.Program.Write("two.csv",
            $"photo,label\n{images}/Domino_Hound_1.jpg,Domino_Hound\n{images}/Domino_Hound_2.jpg,Domino_Hound\n");
        var model = Path.Combine(run.Folder, "model.safetensors");
        using var json = Json("evaluate", model, "--data", table, "--tta", "--unknown", images, "--json");
        Assert.Equal(2, json.RootElement.GetProperty("photos").GetInt32());
        Assert.True(json.RootElement.GetProperty("tta").GetBoolean());
        Assert.Equal(8, json.RootElement.GetProperty("rejection").GetArrayLength());
        Assert.Equal(1, json.RootElement.GetProperty("rejection")[0].GetProperty("kept").GetDouble());
    }

    [Theory]
    [InlineData("there are no test photos", "evaluate", "{run}", "--split", "test")]
    [InlineData("there is no split 'x'", "evaluate", "{run}", "--split", "x")]
    [InlineData("does not say which photos", "evaluate", "{run}/model.safetensors")]
    [InlineData("centre crops of validation photos", "evaluate", "{run}", "--calibrate", "--tta")]
    [InlineData("is not a number from 0 to 1", "predict", "{run}/train_batch.jpg", "--threshold", "95")]
    [InlineData("both choose the threshold", "predict", "{run}/train_batch.jpg", "--threshold", ".5", "--reject-at", ".9")]
    public void Mistakes_are_told(string message, params string[] arguments)
    {
        var outcome = run.Program.Run([.. arguments.Select(argument => argument.Replace("{run}", run.Folder))]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(message, outcome.Errors);
    }

    [Fact]
    public void Calibrated_models_reject_what_they_are_unsure_of()
    {
        using var calibrated = Json("evaluate", run.Folder, "--calibrate", "--json");
        var threshold = calibrated.RootElement.GetProperty("rejection").EnumerateArray()
            .Single(row => row.GetProperty("chosen").GetString() == "80% kept").GetProperty("threshold").GetDouble();
        using var json = Json("predict", run.Data, "--model", run.Folder, "--reject-at", "0.8", "--json");
        var answered = json.RootElement.EnumerateArray() // the others were skipped
            .Where(photo => photo.GetProperty("predictions").GetArrayLength() > 0).ToArray();
        Assert.NotEmpty(answered);
        foreach (var photo in answered)
            Assert.Equal(photo.GetProperty("predictions")[0].GetProperty("probability").GetDouble() < threshold
                || photo.GetProperty("unfamiliar").GetBoolean(), photo.GetProperty("none_of_these").GetBoolean());
        var outcome = run.Program.Run("predict", run.Photo, "--model", run.Folder, "--threshold", "1");
        Assert.Contains("none of these: no class reaches 100.0%", outcome.Output);
    }

    [Fact]
    public void Photos_unlike_those_of_its_classes_are_rejected_however_sure_the_model_is()
    {
        var strict = run.StrictModel();
        Assert.Contains("none of these: unlike the photos of its classes",
            run.Program.Run("predict", run.Photo, "--model", strict, "--threshold", ".001").Output);
        using var answers = Json("predict", run.Photo, "--model", strict, "--json");
        Assert.Equal((true, false), (answers.RootElement[0].GetProperty("unfamiliar").GetBoolean(),
            answers.RootElement[0].GetProperty("none_of_these").GetBoolean())); // without a threshold, a class is always named
        var unknown = Directory.CreateDirectory(Path.Combine(run.Program.Folder, "unknown")).FullName;
        File.Copy(run.Photo, Path.Combine(unknown, "a.jpg"));
        string[] arguments = ["evaluate", strict, "--data", run.Data, "--unknown", unknown];
        using var json = Json([.. arguments, "--json"]);
        Assert.Equal((1, 1), (json.RootElement.GetProperty("unfamiliar").GetDouble(),
            json.RootElement.GetProperty("unknown_unfamiliar").GetDouble()));
        Assert.Contains("unlike the validation photos, so rejected at any threshold above 0: 100.0%, 100.0% of unknown",
            run.Program.Run(arguments).Output);
    }

    [Fact]
    public void Thresholds_that_are_not_in_the_model_file_are_missed()
    {
        var model = run.Model("uncalibrated.safetensors", description => description.AsObject().Remove("calibration"));
        var outcome = run.Program.Run("predict", run.Photo, "--model", model, "--reject-at", ".9");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("--reject-at: the model file has no thresholds", outcome.Errors);
        Assert.Contains("petbreeds evaluate RUN --calibrate", outcome.Errors);
        using var answers = Json("predict", run.Photo, "--model", model, "--json");
        Assert.Equal(JsonValueKind.Null, answers.RootElement[0].GetProperty("unfamiliar").ValueKind);
    }

    [Fact]
    public void What_takes_one_class_a_photo_is_refused_where_there_are_several()
    {
        var model = run.Model("several.safetensors", description => (description["labels"], description["loss"]) = ("several", "bce"));
        var outcome = run.Program.Run("evaluate", model, "--data", run.Data, "--csv", "several.csv");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("--calibrate, --csv and --unknown need a model that predicts one class per photo", outcome.Errors);
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused_before_there_is_a_folder()
    {
        var model = run.Model("nan.safetensors", _ => { }, (byte)0xFF); // four of them are not a number
        var config = Path.Combine(run.Folder, "config.yaml");
        var outcome = run.Program.Run("train", "--config", config, "--weights", model, "--lr", "auto", "--out", "none");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("the weights are invalid: ", outcome.Errors);
        Assert.False(Directory.Exists(Path.Combine(run.Program.Folder, "none")));
    }

    private JsonDocument Json(params string[] arguments)
    {
        var outcome = run.Program.Run(arguments);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        return JsonDocument.Parse(outcome.Output);
    }
}
