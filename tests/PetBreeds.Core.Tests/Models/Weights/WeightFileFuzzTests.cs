using PetBreeds.Models.Weights;
using TorchSharp;
using Xunit;

namespace PetBreeds.Tests.Models.Weights;

/// <summary>Damaged files either load or are refused (see <see cref="Fuzz"/>).</summary>
public class WeightFileFuzzTests
{
    [Theory]
    [InlineData("zip.pth", 1)]
    [InlineData("legacy.pth", 1)]
    [InlineData("checkpoint.pth", 3)]
    [InlineData("malicious.pth", 3)]
    [InlineData("whole_module.pth", 3)]
    [InlineData("safetensors", 1)]
    public void Mutations_load_or_are_refused(string name, int share)
    {
        var original = name == "safetensors" ? Converted() : File.ReadAllBytes(PetBreeds.Tests.Golden.Path($"weights/{name}"));
        using var scratch = new ScratchFile();
        var (loaded, refused) = Fuzz.Run(name, original, share, mutated =>
        {
            File.WriteAllBytes(scratch.Path, mutated);
            Read(scratch.Path, mutated.Length);
        });
        Assert.True(refused > 0 && (loaded > 0 || name is "malicious.pth" or "whole_module.pth"), $"{loaded} loaded, {refused} refused");
    }

    private static void Read(string path, long length)
    {
        using var file = WeightFile.Open(path);
        foreach (var info in file.Tensors)
        {
            using var tensor = file.Read(info.Name);
            Assert.Equal(info.Shape, tensor.shape);
            Assert.InRange(tensor.NumberOfElements * tensor.ElementSize, 0, length);
        }
    }

    /// <summary>The golden weights as safetensors.</summary>
    private static byte[] Converted()
    {
        using var scope = torch.NewDisposeScope();
        using var source = WeightFile.Open(PetBreeds.Tests.Golden.Path("weights/zip.pth"));
        using var scratch = new ScratchFile();
        var texts = new Dictionary<string, string> { ["k"] = "v" };
        SafeTensors.Write(scratch.Path, source.Tensors.Select(t => (t.Name, source.Read(t.Name))), texts);
        return File.ReadAllBytes(scratch.Path);
    }
}
