using System.Diagnostics;
using PetBreeds.Models.Weights;
using TorchSharp;
using Xunit;

namespace PetBreeds.Tests.Models.Weights;

/// <summary>Damaged files either load or are refused, at once and without much memory. PETBREEDS_FUZZ sets the number of mutations a file.</summary>
public class WeightFileFuzzTests
{
    private static readonly int Count =
        int.TryParse(Environment.GetEnvironmentVariable("PETBREEDS_FUZZ"), out var chosen) ? chosen : 3000;

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
        var random = new Random(1);
        using var scratch = new ScratchFile();
        int loaded = 0, refused = 0;
        for (var i = 0; i < Count / share; i++)
        {
            var mutated = Mutate(original, random);
            File.WriteAllBytes(scratch.Path, mutated);
            var (clock, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
            if (Loads(scratch.Path, $"{name}, mutation {i}", mutated.Length))
                loaded++;
            else
                refused++;
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5); // thousands of times the usual: a hang, not a busy machine
        }
        Assert.True(refused > 0 && (loaded > 0 || name is "malicious.pth" or "whole_module.pth"), $"{loaded} loaded, {refused} refused");
    }

    private static bool Loads(string path, string what, long length)
    {
        try
        {
            using var file = WeightFile.Open(path);
            foreach (var info in file.Tensors)
            {
                using var tensor = file.Read(info.Name);
                Assert.Equal(info.Shape, tensor.shape);
                Assert.InRange(tensor.NumberOfElements * tensor.ElementSize, 0, length);
            }
            return true;
        }
        catch (UserException)
        {
            return false;
        }
        catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
        {
            throw new InvalidOperationException($"{what}: {e.GetType().Name} instead of a UserException", e);
        }
    }

    /// <summary>One to four of: a bit flipped, a byte set, an integer made extreme, a piece copied elsewhere, removed or repeated, the end cut.</summary>
    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Count > 16; changes--)
        {
            var at = random.Next(bytes.Count - 8);
            var length = random.Next(1, Math.Min(64, bytes.Count - at));
            switch (random.Next(12))
            {
                case < 4: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case < 7: bytes[at] = (byte)random.Next(256); break;
                case 7: Overwrite(bytes, at, BitConverter.GetBytes(Extremes[random.Next(Extremes.Length)])); break;
                case 8: Overwrite(bytes, random.Next(bytes.Count - length + 1), bytes.GetRange(at, length)); break;
                case 9: bytes.RemoveRange(at, length); break;
                case 10: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }
        return [.. bytes];
    }

    private static readonly long[] Extremes = [0, -1, long.MaxValue, long.MinValue, int.MaxValue, uint.MaxValue, 1L << 40, 0x7fff_ffff_ffff_fff0];

    private static void Overwrite(List<byte> bytes, int at, IEnumerable<byte> with)
    {
        foreach (var value in with)
            bytes[at++] = value;
    }

    /// <summary>The golden weights as safetensors.</summary>
    private static byte[] Converted()
    {
        using var scope = torch.NewDisposeScope();
        using var source = WeightFile.Open(PetBreeds.Tests.Golden.Path("weights/zip.pth"));
        using var scratch = new ScratchFile();
        SafeTensors.Write(scratch.Path, source.Tensors.Select(t => (t.Name, source.Read(t.Name))), new Dictionary<string, string> { ["k"] = "v" });
        return File.ReadAllBytes(scratch.Path);
    }
}
