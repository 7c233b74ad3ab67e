using PetBreeds.Models;
using PetBreeds.Training.Checkpoints;
using PetBreeds.Training.Steps;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Training.Checkpoints;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("petbreeds-checkpoints-").FullName;
    private readonly CheckpointFolder _folder;

    public CheckpointFolderTests() => _folder = new CheckpointFolder(Path.Combine(_parent, "checkpoint"));

    [Fact]
    public void What_was_saved_comes_back()
    {
        using var scope = NewDisposeScope();
        _folder.Save(Info(7), [("a", arange(5, float32)), ("b", tensor(3L))], keep: 0);
        var info = _folder.Newest(_ => Assert.Fail())!;
        Assert.Equal((7, 1.5, 12, .1, 8), (info.Step, info.EpochSeconds, info.EpochImages, info.RateFactor, info.MicroBatchSize));
        Assert.Equal(new EpochResult(1, true, 1.0 / 3, double.PositiveInfinity, .25, 3, 4, 1, 65536), Assert.Single(info.Epochs));
        Assert.Equal("2e-3", info.Run.Settings["lr"]);
        Assert.Equal(new StartingWeights("imagenet", "w.pth", "abc"), info.Run.Weights);
        var tensors = _folder.Read(info);
        Assert.Equal([0, 1, 2, 3, 4], tensors["a"].data<float>().ToArray());
        Assert.Equal(3L, tensors["b"].item<long>());
    }

    [Fact]
    public void Only_the_newest_is_kept_and_what_a_crash_left_goes()
    {
        Save(1);
        File.WriteAllText(At("step-000002.safetensors"), "half");
        File.WriteAllText(At("step-000002.safetensors.tmp"), "half");
        File.WriteAllText(At("step-000003.json.tmp"), "half");
        Save(4);
        Assert.Equal(["step-000004.json", "step-000004.safetensors"], Files());
    }

    [Fact]
    public void So_many_epochs_ends_are_kept_besides()
    {
        foreach (var step in Enumerable.Range(1, 9))
            Save(step, epochEnd: step % 2 == 0, keep: 2);
        Assert.Equal([6, 8, 9], Steps());
        Save(10, epochEnd: true, keep: 2);
        Assert.Equal([6, 8, 10], Steps());
        _folder.Finish(2);
        Assert.Equal([8, 10], Steps());
        _folder.Finish(0);
        Assert.False(Directory.Exists(_folder.Folder));
    }

    [Theory]
    [InlineData("step-000002.safetensors", 3, "the checkpoint is damaged: its checksum differs")] // one byte of the tensors
    [InlineData("step-000002.safetensors", -1, "the checkpoint is damaged: its checksum differs")] // cut off
    [InlineData("step-000002.safetensors", -2, "the checkpoint cannot be read: ")] // gone
    [InlineData("step-000002.json", -1, "")]
    [InlineData("step-000002.json", 0, "")] // no JSON any more
    [InlineData("step-000002.json", -3, "the checkpoint is damaged: its checksum differs")] // a digit of a rate
    [InlineData("step-000002.json", -4, "this checkpoint belongs to another step")] // "null"
    public void A_damaged_one_is_told_and_the_one_before_is_taken(string name, int where, string problem)
    {
        Save(1, epochEnd: true, keep: 1);
        Save(2, keep: 1);
        Damage(At(name), where);
        var problems = new List<string>();
        Assert.Equal(1, _folder.Newest(problems.Add)!.Step);
        Assert.Contains("step-000002", Assert.Single(problems));
        Assert.Contains(problem, problems[0]);
    }

    [Fact]
    public void One_under_anothers_name_is_not_taken()
    {
        Save(1, epochEnd: true, keep: 1);
        Save(2, keep: 1);
        File.Copy(At("step-000001.json"), At("step-000002.json"), overwrite: true);
        var problems = new List<string>();
        Assert.Equal(1, _folder.Newest(problems.Add)!.Step);
        Assert.EndsWith("step-000002.json: this checkpoint belongs to another step, or is not a checkpoint", Assert.Single(problems));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error()
    {
        var file = Path.Combine(_parent, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<UserException>(() => new CheckpointFolder(Path.Combine(file, "checkpoint")).Save(Info(1), [], keep: 0));
        Assert.Contains("the folder cannot be created:  ", error.Problem);
        Assert.NotNull(error.Remedy);
    }

    [Fact]
    public void If_none_is_whole_that_is_an_error()
    {
        Save(1);
        Damage(At("step-000001.safetensors"), 9);
        var error = Assert.Throws<UserException>(() => _folder.Newest(_ => { }));
        Assert.Contains("this run has no intact checkpoint", error.Message);
        Assert.Contains("config.yaml", error.Remedy);
    }

    [Fact]
    public void A_newer_format_is_refused_with_its_number()
    {
        Save(1);
        var text = File.ReadAllText(At("step-000001.json"));
        File.WriteAllText(At("step-000001.json"), text.Replace("\"format\": 1", "\"format\": 2"));
        var error = Assert.Throws<UserException>(() => _folder.Newest(_ => { }));
        Assert.Contains("format 2, but this program reads formats up to 1", error.Message);
        Assert.Contains("newer petbreeds", error.Remedy);
    }

    [Fact]
    public void A_failing_save_leaves_the_last_one()
    {
        Save(1);
        Directory.CreateDirectory(At("step-000002.safetensors.tmp")); // so the file cannot be made
        Assert.Throws<UserException>(() => Save(2));
        Assert.Equal(1, _folder.Newest(_ => Assert.Fail())!.Step);
        Directory.Delete(At("step-000002.safetensors.tmp"));
        Directory.CreateDirectory(At("step-000002.json.tmp"));
        Assert.Throws<UserException>(() => Save(2));
        Assert.Equal(1, _folder.Newest(_ => Assert.Fail())!.Step);
    }

    [Fact]
    public void An_empty_folder_has_none() => Assert.Null(_folder.Newest(_ => Assert.Fail()));

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    private static void Damage(string path, int where)
    {
        var bytes = File.ReadAllBytes(path);
        if (where == -2)
            File.Delete(path);
        else if (where == -1)
            File.WriteAllBytes(path, bytes[..^4]);
        else if (where == -3)
            File.WriteAllText(path, File.ReadAllText(path).Replace("\"rate_factor\": 0.1", "\"rate_factor\": 0.2"));
        else if (where == -4)
            File.WriteAllText(path, "null");
        else
        {
            bytes[^(where + 1)] ^= 0xFF;
            bytes[where] ^= 0x55;
            File.WriteAllBytes(path, bytes);
        }
    }

    private void Save(int step, bool epochEnd = false, int keep = 0)
    {
        using var scope = NewDisposeScope();
        _folder.Save(Info(step) with { EpochEnd = epochEnd }, [("a", full(100, step, ScalarType.Float32))], keep);
    }

    private string At(string name) => Path.Combine(_folder.Folder, name);

    private string[] Files() => [.. Directory.GetFiles(_folder.Folder).Select(path => Path.GetFileName(path)!).Order()];

    private int[] Steps() => [.. Files().Where(name => name.EndsWith(".json")).Select(name => int.Parse(name[5..11]))];

    private static CheckpointInfo Info(int step) => new(CheckpointFolder.Format, "petbreeds", new RunIdentity(
        new Dictionary<string, string> { ["lr"] = "2e-3" }, new DataPrint(3, 2, "0"),
        new StartingWeights("imagenet", "w.pth", "abc"), null),
        step, false, 1.5, 12, .1, 8, [new EpochResult(1, true, 1.0 / 3, double.PositiveInfinity, .25, 3, 4, 1, 65536)], "");
}
