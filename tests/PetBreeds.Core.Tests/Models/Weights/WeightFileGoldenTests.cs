using System.Runtime.InteropServices;
using System.Text.Json;
using PetBreeds.Models.Weights;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Models.Weights.Golden;

/// <summary>Files written by PyTorch, against the numbers it read back from them.</summary>
public class WeightFileGoldenTests
{
    private static string At(string name) => PetBreeds.Tests.Golden.Path($"weights/{name}");

    [Theory]
    [InlineData("zip.pth", "PyTorch zip", "")]
    [InlineData("legacy.pth", "PyTorch legacy", "")]
    [InlineData("checkpoint.pth", "PyTorch zip", "state_dict.")]
    public void Every_tensor_is_read_to_the_last_bit(string name, string format, string prefix)
    {
        var expected = PetBreeds.Tests.Golden.Json("weights/expected.json").EnumerateObject().ToList();
        using var file = WeightFile.Open(At(name));

        Assert.Equal(format, file.Format);
        Assert.Empty(file.Metadata);
        Assert.Equal(expected.Select(e => prefix + e.Name), file.Tensors.Select(t => t.Name));
        foreach (var (info, entry) in file.Tensors.Zip(expected))
        {
            using var tensor = file.Read(info.Name);
            var shape = entry.Value.GetProperty("shape").Deserialize<long[]>()!;
            Assert.Equal(entry.Value.GetProperty("dtype").GetString(), PythonName(info.DType));
            Assert.Equal(info.DType, tensor.dtype);
            Assert.Equal(shape, info.Shape);
            Assert.Equal(shape, tensor.shape);
            Assert.True(tensor.is_contiguous());
            var values = entry.Value.GetProperty("values").Deserialize<double[]>()!; // each type's values are exact in a double
            Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), Doubles(tensor).Select(BitConverter.DoubleToInt64Bits));
        }
    }

    [Fact]
    public void Code_is_refused_by_name_and_not_run()
    {
        var error = Assert.Throws<UserException>(() => WeightFile.Open(At("malicious.pth")));
        Assert.Contains("asks to run `posix.system`", error.Problem);
        Assert.Equal(At("malicious.pth"), error.Place);
        Assert.False(File.Exists("petbreeds_was_here"));
    }

    [Fact]
    public void A_whole_module_is_refused_as_such()
    {
        var error = Assert.Throws<UserException>(() => WeightFile.Open(At("whole_module.pth")));
        Assert.Contains("whole module (`torch.nn.modules.linear.Linear`), not a state dict", error.Problem);
        Assert.Contains("model.state_dict()", error.Remedy);
    }

    [Fact]
    public void A_truncated_file_is_called_cut_short() =>
        Assert.Contains("cut short", Assert.Throws<UserException>(() => WeightFile.Open(At("truncated.pth"))).Problem);

    [Fact]
    public void What_was_read_outlives_the_file_and_shares_nothing()
    {
        Tensor slice, whole;
        using (var file = WeightFile.Open(At("zip.pth")))
            (slice, whole) = (file.Read("shared_slice"), file.Read("shared_base"));
        using (slice)
        using (whole)
        {
            var before = Doubles(whole);
            using var zeroed = slice.zero_().alias();
            Assert.Equal(before, Doubles(whole));
        }
    }

    private static double[] Doubles(Tensor tensor)
    {
        using var wide = tensor.to(float64);
        return MemoryMarshal.Cast<byte, double>(wide.bytes).ToArray();
    }

    private static string PythonName(ScalarType type) => type == ScalarType.Byte ? "uint8" : type.ToString().ToLowerInvariant();
}
