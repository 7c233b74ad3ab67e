using PetBreeds.Runs;
using PetBreeds.Tests.Catalog;
using Xunit;

namespace PetBreeds.Tests.Runs;

public class RunFolderTests
{
    private static readonly DateTimeOffset Start = new(2025, 3, 4, 5, 6, 7, TimeSpan.FromHours(2));

    [Fact]
    public void The_name_says_when_in_UTC_with_what_and_on_what()
    {
        using var runs = new TempFolder();
        var run = RunFolder.Create(runs.Path, "resnet50", "pets", Start);
        Assert.Equal("20250304-030607-resnet50-pets", run.Name);
        Assert.True(Directory.Exists(run.Folder));
        Assert.Equal(Path.Combine(runs.Path, run.Name, "model.safetensors"), run.Model);
        Assert.Equal(
            ["config.yaml", "environment.json", "history.csv", "curves.png", "lr_find.png", "train_batch.jpg", "confusion.png"],
            new[] { run.Config, run.Environment, run.History, run.Curves, run.LrFind, run.TrainBatch, run.Confusion }
                .Select(Path.GetFileName));
    }

    [Fact]
    public void Runs_that_start_in_the_same_second_get_folders_of_their_own()
    {
        using var runs = new TempFolder();
        var made = new RunFolder[32];
        Parallel.For(0, made.Length, i => made[i] = RunFolder.Create(runs.Path, "resnet18", "sample", Start));
        Assert.Equal(32, made.Select(run => run.Folder).Distinct().Count());
        Assert.All(made, run => Assert.StartsWith("20250304-030607-resnet18-sample", run.Name));
    }

    [Theory]
    [InlineData("/home/me/my photos/", "my_photos")]
    [InlineData("C:\\data\\cats", "cats")]
    [InlineData("../..", "data")]
    [InlineData("", "data")]
    [InlineData(".hidden", "hidden")]
    [InlineData("a:b*c?d\u0007", "a_b_c_d_")]
    public void No_data_set_name_leads_out_of_the_folder(string data, string end)
    {
        using var runs = new TempFolder();
        var run = RunFolder.Create(runs.Path, "../resnet18", data, Start);
        Assert.Equal($"20250304-030607-_resnet18-{end}", run.Name);
        Assert.Equal(runs.Path, Path.GetDirectoryName(run.Folder));
    }

    [Theory]
    [InlineData("a-b_c.d", true)]
    [InlineData("../a", false)]
    [InlineData(".a", false)]
    [InlineData("..", false)]
    [InlineData("-a", false)]
    public void A_name_of_ones_own_is_plain_and_may_end_in_a_dot_but_for_Windows(string name, bool plain)
    {
        using var runs = new TempFolder();
        Assert.Equal(plain, Record.Exception(() => RunFolder.RequireFree(runs.Path, name)) is null);
        Assert.Equal(plain && !OperatingSystem.IsWindows(), Record.Exception(() => RunFolder.RequireFree(runs.Path, name + ".")) is null);
    }

    [Fact]
    public void The_newest_run_is_the_latest_one_with_a_model()
    {
        using var runs = new TempFolder();
        var old = RunFolder.Create(runs.Path, "a", "d", Start);
        var newer = RunFolder.Create(runs.Path, "a", "d", Start.AddMinutes(1));
        RunFolder.Create(runs.Path, "a", "d", Start.AddMinutes(2)); // crashed: no model
        Directory.CreateDirectory(Path.Combine(runs.Path, "zebra"));
        File.WriteAllText(Path.Combine(runs.Path, "zebra", "model.safetensors"), "no run of ours");
        File.WriteAllText(newer.Model, "");
        File.WriteAllText(old.Model, ""); // written later than the newer run's, as by a copy
        Assert.Equal(newer, RunFolder.Newest(runs.Path));
    }

    [Fact]
    public void A_run_with_a_name_of_its_own_counts_by_when_it_was_described()
    {
        using var runs = new TempFolder();
        var stamped = RunFolder.Create(runs.Path, "a", "d", Start);
        var named = RunFolder.CreateNamed(runs.Path, "mine");
        foreach (var run in new[] { stamped, named })
            File.WriteAllText(run.Model, "");
        Assert.Equal(named, RunFolder.Newest(runs.Path));
        File.SetLastWriteTimeUtc(named.Environment, Start.UtcDateTime.AddDays(-1));
        Assert.Equal(stamped, RunFolder.Newest(runs.Path));
    }

    [Fact]
    public void Of_two_runs_of_one_second_the_newest_is_the_one_that_finished_last()
    {
        using var runs = new TempFolder();
        var runsMade = Enumerable.Range(0, 11).Select(_ => RunFolder.Create(runs.Path, "a", "d", Start)).ToArray();
        for (var i = 0; i < runsMade.Length; i++)
        {
            File.WriteAllText(runsMade[i].Model, "");
            File.SetLastWriteTimeUtc(runsMade[i].Model, Start.UtcDateTime.AddSeconds(i));
        }

        Assert.EndsWith("-11", RunFolder.Newest(runs.Path).Name);
    }

    [Fact]
    public void Without_any_run_the_error_says_what_to_do()
    {
        using var runs = new TempFolder();
        var empty = Assert.Throws<UserException>(() => RunFolder.Newest(runs.Path));
        var absent = Assert.Throws<UserException>(() => RunFolder.Newest(Path.Combine(runs.Path, "absent")));
        Assert.Contains("Train one first", empty.Remedy);
        Assert.Contains("absent", absent.Place);
    }

    [Fact]
    public void Runs_cannot_be_made_inside_a_file()
    {
        using var runs = new TempFolder();
        var file = Path.Combine(runs.Path, "file");
        File.WriteAllText(file, "");
        Assert.NotNull(Assert.Throws<UserException>(() => RunFolder.Create(file, "a", "d", Start)).Remedy);
    }
}
