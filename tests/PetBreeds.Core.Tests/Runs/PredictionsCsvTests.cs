using PetBreeds.Evaluation;
using PetBreeds.Runs;
using PetBreeds.Runtime;
using Xunit;

namespace PetBreeds.Tests.Runs;

public sealed class PredictionsCsvTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_come_back_and_formulas_are_disarmed()
    {
        var path = Write("a.csv", ("a,\"b\".jpg", true), ("=HYPERLINK(1).jpg", false));
        Assert.Equal(
            "photo,actual,predicted,correct,probability,actual_probability,loss\n\"a,\"\"b\"\".jpg\",'=cmd,'=cmd,1,0.5,0.5,0.693\n"
            + "'=HYPERLINK(1).jpg,'=cmd,<b>,0,0.5,0.25,0.693\n", File.ReadAllText(path));
        Assert.Equal([true, false], PredictionsCsv.Correct(path).Values);
    }

    [Fact]
    public void Two_files_are_paired_by_name()
    {
        var first = Write("a.csv", ("1", true), ("2", true), ("3", false), ("4", true), ("only here", true));
        var second = Write("b.csv", ("4", false), ("3", false), ("2", false), ("1", true));
        Assert.Equal(new PairedComparison(1, 2, 0, 1), PredictionsCsv.Compare(first, second));
        Assert.Contains("the two were evaluated on different photos",
            Assert.Throws<UserException>(() => PredictionsCsv.Compare(first, Write("c.csv", ("x", true)))).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b\n1,2\n")]
    [InlineData("photo,correct\nx,maybe\n")]
    [InlineData("photo,correct\n\"x,1\n")]
    public void Other_files_are_refused(string text)
    {
        var path = Path.Combine(_folder.Path, "other.csv");
        File.WriteAllText(path, text);
        Assert.Throws<UserException>(() => PredictionsCsv.Correct(path));
    }

    [Fact]
    public void An_unfinished_file_leaves_nothing()
    {
        using (var csv = new PredictionsCsv(Path.Combine(_folder.Path, "x.csv"), ["a"]))
            csv.Add(new PhotoResult("1", "1", 0, 0, 1, 1, 0));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private string Write(string name, params (string Photo, bool Right)[] rows)
    {
        var path = Path.Combine(_folder.Path, name);
        using var csv = new PredictionsCsv(path, ["=cmd", "<b>"]);
        foreach (var (photo, right) in rows)
            csv.Add(new PhotoResult(photo, photo, 0, right ? 0 : 1, .5, right ? .5 : .25, .693));
        csv.Finish();
        return path;
    }
}
