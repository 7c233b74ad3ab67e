using System.Diagnostics;
using PetBreeds.Tests.Training;
using Xunit;

namespace PetBreeds.Tests.Runs;

/// <summary>The program that docs/library.md shows.</summary>
public sealed class LibrarySampleTests : IClassFixture<TinyData>, IDisposable
{
    private static readonly string Root = FindRoot();

    private readonly TinyData _data;
    private readonly TempFolder _folder = new();

    public LibrarySampleTests(TinyData data) => _data = data;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_page_shows_the_program_that_is_compiled() => Assert.Contains(
        File.ReadAllText(Path.Combine(Root, "docs", "samples", "TrainAndPredict", "Program.cs")),
        File.ReadAllText(Path.Combine(Root, "docs", "library.md")));

    [Fact]
    public async Task It_trains_and_predicts()
    {
        var cancel = TestContext.Current.CancellationToken;
        var missing = _data.At("missing.jpg");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "..", "..", "TrainAndPredict", "debug", "TrainAndPredict"))
        {
            ArgumentList = { _data.Pretrained.Data!, _data.Pretrained.Weights.ToString(), _data.AnyPhoto, missing },
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var program = Process.Start(start)!;
        var (output, errors) = (program.StandardOutput.ReadToEndAsync(cancel), program.StandardError.ReadToEndAsync(cancel));
        await program.WaitForExitAsync(cancel);
        Assert.True(program.ExitCode == 0, await errors);
        var lines = (await output).Split('\n');
        Assert.Matches(@"^error 0\.\d{4}: .*model\.safetensors$", lines[0]);
        Assert.Matches(@"3\.png: (reddish|bluish) \d+%$", lines[1]);
        Assert.StartsWith($"{missing}: ", lines[2]);
        Assert.Contains("features", await errors);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PetBreeds.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("the repository's root");
        return folder.FullName;
    }
}
