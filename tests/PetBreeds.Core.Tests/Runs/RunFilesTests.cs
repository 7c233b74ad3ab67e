using System.Text;
using System.Text.Json;
using PetBreeds.Runs;
using PetBreeds.Training.Steps;
using Xunit;

namespace PetBreeds.Tests.Runs;

public class RunFilesTests
{
    private static readonly EpochResult First = new(1, true, 1.5, 0.25, 0.125, 61.5, 95.04);
    private static readonly EpochResult Second = new(2, false, 1 / 3.0, double.NaN, 0, 60, 100);

    [Fact]
    public void Each_epoch_is_in_the_file_as_soon_as_it_is_appended()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "history.csv");
        HistoryCsv.Append(path, First);
        const string Head = "epoch,phase,train_loss,valid_loss,error,accuracy,seconds,images_per_second\n";
        const string Row = "1,frozen,1.5,0.25,0.125,0.875,61.5,95\n";
        Assert.Equal(Encoding.UTF8.GetBytes(Head + Row), File.ReadAllBytes(path));
        HistoryCsv.Append(path, Second);
        Assert.Equal(Head + Row + "2,unfrozen,0.333333,NaN,0,1,60,100\n", File.ReadAllText(path));
        HistoryCsv.Write(path, [First]);
        Assert.Equal(Head + Row, File.ReadAllText(path));
    }

    [Fact]
    public void A_history_that_cannot_be_written_is_the_users_error()
    {
        using var folder = new TempFolder();
        var error = Assert.Throws<UserException>(() => HistoryCsv.Append(Path.Combine(folder.Path, "absent", "history.csv"), First));
        Assert.NotNull(error.Remedy);
    }

    [Fact]
    public void A_history_that_cannot_be_read_is_the_users_error()
    {
        using var folder = new TempFolder();
        using var locked = new FileStream(Path.Combine(folder.Path, "history.csv"), FileMode.CreateNew, FileAccess.ReadWrite,
            FileShare.None);
        Assert.StartsWith("the table cannot be read: ", Assert.Throws<UserException>(() => HistoryCsv.Read(locked.Name)).Problem);
    }

    [Fact]
    public void The_environment_says_what_ran_and_not_who()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "environment.json");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        RunEnvironment.Write(path, new DateTimeOffset(2025, 3, 4, 5, 6, 7, TimeSpan.FromHours(2)),
            ["train", "--data", home + "/photos"],
            [KeyValuePair.Create("libtorch", "2.10.0"), KeyValuePair.Create("libtorch_source", "package")]);
        var text = File.ReadAllText(path);
        var json = JsonDocument.Parse(text).RootElement;
        Assert.Equal(
            ["petbreeds", "start_utc", "command_line", "os", "architecture", "dotnet", "cpu", "cpu_cores", "memory_gib",
             "libtorch", "libtorch_source"],
            json.EnumerateObject().Select(p => p.Name));
        Assert.Equal("2025-03-04T03:06:07Z", json.GetProperty("start_utc").GetString());
        Assert.Equal("~/photos", json.GetProperty("command_line")[2].GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+$", json.GetProperty("petbreeds").GetString());
        Assert.StartsWith(".NET 10", json.GetProperty("dotnet").GetString());
        Assert.Equal(Environment.ProcessorCount, json.GetProperty("cpu_cores").GetInt32());
        Assert.InRange(json.GetProperty("memory_gib").GetDouble(), 0.1, 100_000);
        Assert.DoesNotContain(Environment.MachineName, text);
    }
}
