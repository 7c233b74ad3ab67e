using System.Text;
using PetBreeds.Catalog;
using PetBreeds.Training.Configuration;
using Xunit;

namespace PetBreeds.Tests.Training.Configuration;

/// <summary>Configurations are read or refused (see <see cref="Fuzz"/>).</summary>
public sealed class ConfigFuzzTests : IDisposable
{
    private const string Quoted = "# c\n\"arch\": !!str resnet18 # c\nlr: &a '1e-3'\npresize: 0x40\nexclude: >-\n  one\n  two\ndata: |\n  "
        + "a b\n? seed\n: 7\n";
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("written")]
    [InlineData("by hand")]
    public void Mutations_are_read_or_refused(string name)
    {
        var text = name == "written" ? ConfigFile.Write(
            new TrainOptions { Data = "it's: here", Labels = LabelSource.Pattern(@"^(.+)_\d+\.jpg$") }) : Quoted;
        var (read, refused) = Fuzz.Run($"config {name}", Encoding.UTF8.GetBytes(text), 2, Read);
        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }

    [Theory]
    [InlineData("deep", "nested")]
    [InlineData("deep block", "nested")]
    [InlineData("deep key", "nested")]
    [InlineData("cycle", "refers to another value")]
    [InlineData("null", "data: the value contains a null character")]
    [InlineData("long", "at most")]
    [InlineData("empty", "data: the value is empty")]
    public void What_would_end_the_program_is_refused(string kind, string reason)
    {
        var text = kind switch
        {
            "deep" => "lr: " + new string('[', 100_000),
            "deep block" => "lr:\n " + string.Concat(Enumerable.Repeat("- ", 2_000)) + "1",
            "deep key" => string.Concat(Enumerable.Repeat("? ", 2_000)),
            "cycle" => "? &a [*a]\n: 1\n",
            "empty" => "data: ''\n",
            "null" => "data: \"a\\0b\"\n",
            _ => new string('#', 2_000_000),
        };
        Assert.Contains(reason, Assert.Throws<UserException>(() => Read(Encoding.UTF8.GetBytes(text))).Message);
    }

    private void Read(byte[] bytes)
    {
        File.WriteAllBytes(_file, bytes);
        _ = ConfigFile.Apply(new TrainOptions(), ConfigFile.Read(_file)).WithFullPaths();
    }
}
