using System.Text.Json.Nodes;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>Predictions, evaluations and verifications that several processes share are those of one.</summary>
[Collection(Shared.Answers)]
public sealed class ShardTests(SampleRun run)
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Shards_together_are_the_whole(int count)
    {
        var folder = Photos($"shards-{count}");
        var whole = Entries(One(1, "predict", folder, "--model", run.Folder, "--json", "--top", "10"));
        var jobs = Enumerable.Range(1, count).Select(i => run.Program.Run(SampleRun.OneThread,
            "predict", folder, "--model", run.Folder, "--json", "--top", "10", "--shard", $"{i}/{count}")).ToArray();
        Assert.Single(jobs, job => job.ExitCode == 1); // that with the unreadable photo
        var shards = Array.ConvertAll(jobs, Entries);
        foreach (var (i, entry) in whole.Predicted.Index())
            AssertSame(entry, shards[i % count].Predicted[i / count]);
        Assert.Equal(36, shards.Sum(shard => shard.Predicted.Length));
        Assert.Equal(whole.Skipped.Order(), shards.SelectMany(shard => shard.Skipped).Order());
        Assert.Equal(2, whole.Skipped.Length);
    }

    [Fact]
    public void A_shard_without_photos_is_empty()
    {
        var outcome = One(0, "predict", run.Photo, "--model", run.Folder, "--json", "--shard", "2/2");
        Assert.Equal("[]", outcome.Output.Trim());
    }

    [Theory]
    [InlineData("0/4")]
    [InlineData("5/4")]
    [InlineData("4")]
    [InlineData("1/4/2")]
    [InlineData("one/4")]
    public void What_is_no_shard_is_refused(string shard)
    {
        var outcome = One(2, "predict", run.Photo, "--model", run.Folder, "--shard", shard);
        Assert.Equal($"error: --shard: '{shard}' is not a shard\n  Use I/N with I from 1 to N, such as 1/4 for the first of four.\n",
            outcome.Errors.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, 3, "--json", "--top", "10")]
    [InlineData(0, 2, "--json", "--shard", "2/3")]
    public void Ranks_predict_what_one_process_predicts(int code, int ranks, params string[] flags)
    {
        Mpirun.SkipUnlessInstalled();
        Same(code, ranks, ["predict", Photos($"ranks-{ranks}-{flags.Length}"), "--model", run.Folder, .. flags]);
    }

    [Theory]
    [InlineData("--split", "all", "--csv", "rows.csv")]
    [InlineData("--tta", "--json")]
    public void Ranks_evaluate_as_one_process_does(params string[] flags)
    {
        Mpirun.SkipUnlessInstalled();
        var unknown = Photos($"unknown-{flags.Length}");
        Same(0, 2, ["evaluate", run.Folder, "--unknown", unknown, .. flags], "rows.csv");
    }

    [Fact]
    public void Ranks_verify_as_one_process_does()
    {
        Mpirun.SkipUnlessInstalled();
        Same(1, 3, ["data", "verify", "--data", Photos("verified"), "--json"], "exclude.txt");
    }

    [Fact]
    public void An_error_of_rank_0_ends_the_job()
    {
        Mpirun.SkipUnlessInstalled();
        var outcome = Mpirun.Run(run.Program, 2, "predict", "nowhere", "--model", run.Folder);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("error: nowhere: there is no such file or folder", outcome.Errors);
    }

    /// <summary>Two batches and a part of a third, one unreadable photo, and two files that are not photos.</summary>
    private string Photos(string name)
    {
        var folder = Path.Combine(run.Program.Folder, name);
        Directory.CreateDirectory(folder);
        foreach (var photo in Directory.GetFiles(Path.Combine(run.Data, "images")).Order(StringComparer.Ordinal).Take(35))
            File.Copy(photo, Path.Combine(folder, Path.GetFileName(photo)));
        var cut = File.ReadAllBytes(run.Photo)[..300];
        File.WriteAllBytes(Path.Combine(folder, "Brindle_Cut_1.jpg"), cut);
        File.WriteAllText(Path.Combine(folder, "one.heic"), "");
        File.WriteAllText(Path.Combine(folder, "two.heic"), "");
        return folder;
    }

    private Outcome One(int code, params string[] arguments)
    {
        var outcome = run.Program.Run(SampleRun.OneThread, arguments);
        Assert.True(outcome.ExitCode == code, outcome.Errors);
        return outcome;
    }

    /// <summary>Compares output, messages, exit code and a written file, if there is one.</summary>
    private void Same(int code, int ranks, string[] arguments, string? file = null)
    {
        var one = One(code, arguments);
        var written = Take(file);
        var several = Mpirun.Run(run.Program, ranks, arguments);
        Assert.True(several.ExitCode == code, several.Errors);
        Assert.Equal(one.Output, several.Output);
        Assert.StartsWith(one.Errors, several.Errors); // then mpirun explains the exit code
        Assert.Equal(written, Take(file));
    }

    private string? Take(string? file)
    {
        var path = Path.Combine(run.Program.Folder, file ?? "nothing");
        if (!File.Exists(path))
            return null;
        var text = File.ReadAllText(path);
        File.Delete(path);
        return text;
    }

    /// <summary>The same photo and classes; a photo's batch is another one, and changes the last bits.</summary>
    private static void AssertSame(string expected, string actual)
    {
        var (one, other) = (JsonNode.Parse(expected)!, JsonNode.Parse(actual)!);
        Assert.Equal($"{one["photo"]} {one["error"]}", $"{other["photo"]} {other["error"]}");
        var (p, q) = (Probabilities(one), Probabilities(other));
        Assert.Equal(p.Keys.Order(), q.Keys.Order());
        Assert.All(p.Keys, name => Assert.Equal(p[name], q[name], 1e-4));

        static Dictionary<string, double> Probabilities(JsonNode entry) => (entry["predictions"] as JsonArray ?? [])
            .ToDictionary(top => (string)top!["class"]!, top => (double)top!["probability"]!);
    }

    private static (string[] Predicted, string[] Skipped) Entries(Outcome outcome)
    {
        var entries = JsonNode.Parse(outcome.Output)!.AsArray()
            .ToLookup(entry => entry!["skipped"] is null, entry => entry!.ToJsonString());
        return ([.. entries[true]], [.. entries[false]]);
    }
}
