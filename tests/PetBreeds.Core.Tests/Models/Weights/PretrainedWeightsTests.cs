using System.Diagnostics;
using PetBreeds.Models.Weights;
using TorchSharp;
using Xunit;

namespace PetBreeds.Tests.Models.Weights;

/// <summary>Real ResNet weights, where they are at hand (never part of the project).</summary>
public class PretrainedWeightsTests
{
    [Theory]
    [InlineData("resnet18.pth", 122, 11_689_512)]
    [InlineData("resnet50.pth", 320, 25_557_032)]
    public void A_whole_resnet_is_read_in_no_time(string name, int tensors, long parameters)
    {
        var path = Asset($"weights/{name}");
        var clock = Stopwatch.StartNew();
        using var scope = torch.NewDisposeScope();
        using var file = WeightFile.Open(path);
        var opened = clock.ElapsedMilliseconds;
        var read = file.Tensors.ToDictionary(t => t.Name, t => file.Read(t.Name));
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: open {opened} ms, open and read {clock.ElapsedMilliseconds} ms");

        Assert.Equal(tensors, read.Count);
        Assert.Equal(parameters, read.Where(t => t.Key.EndsWith("weight") || t.Key.EndsWith("bias")).Sum(t => t.Value.NumberOfElements));
        Assert.Equal([64, 3, 7, 7], read["conv1.weight"].shape);
        Assert.All(read.Values.Where(t => t.is_floating_point()), t => Assert.True(t.isfinite().all().item<bool>()));
    }

    private static string Asset(string name)
    {
        foreach (var root in Roots())
        {
            if (File.Exists(Path.Combine(root, name)))
                return Path.Combine(root, name);
        }
        Assert.Skip($"PETBREEDS_TEST_ASSETS names no folder with {name}, and it is not in ../shared.");
        return "";
    }

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("PETBREEDS_TEST_ASSETS") is { Length: > 0 } chosen)
            yield return chosen;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var shared = Path.Combine(folder.FullName, "shared");
            if (File.Exists(Path.Combine(shared, "README.md")))
                yield return shared;
        }
    }
}
