using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using PetBreeds.Distributed;
using PetBreeds.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Distributed;

/// <summary>What runs in each rank; <see cref="MpirunTests"/> starts them. Explicit, for on its own a process has no rank.</summary>
public class InRanks
{
    /// <summary>The variable that names the folder for files named by rank.</summary>
    internal const string FolderVariable = "PETBREEDS_TEST_RANKS";

    [Fact(Explicit = true)]
    public void Ranks_talk()
    {
        var group = Start();
        using var values = TensorMath.Arange(1000).repeat(11_700).Add(group.Rank);
        group.Sum(values);
        using var expected = TensorMath.Arange(1000).repeat(11_700).Mul(group.Size).Add(group.Size * (group.Size - 1) / 2);
        Assert.True(values.eq(expected).all().item<bool>());

        Note(group, "time.txt", $"{Fastest(group, values):0.0} ms");

        // Rounded, too, the sums are the same everywhere.
        var random = new Random(group.Rank);
        using var rounded = tensor(Enumerable.Range(0, 100_003).Select(_ => random.NextSingle()).ToArray());
        group.Sum(rounded);
        var hashes = group.Gather(SHA256.HashData(MemoryMarshal.AsBytes<float>(rounded.data<float>().ToArray())));
        Assert.Equal(group.Size, hashes.Length);
        Assert.All(hashes, hash => Assert.Equal(hashes[0], hash));
        using var doubles = full(3, 0.5 + group.Rank, dtype: ScalarType.Float64);
        group.Sum(doubles);
        Assert.All(doubles.data<double>().ToArray(), sum => Assert.Equal(group.Size * group.Size / 2.0, sum));

        // In bfloat16, each rank adds a part in float32; whole numbers below 256 are exact.
        using var halves = TensorMath.Arange(101).Add(group.Rank).to(ScalarType.BFloat16);
        group.Sum(halves);
        using var rounded16 = TensorMath.Arange(101).Mul(group.Size).Add(group.Size * (group.Size - 1) / 2).to(ScalarType.BFloat16);
        Assert.True(halves.eq(rounded16).all().item<bool>());

        var data = new byte[3_000_001];
        if (group.Rank == 1)
            new Random(7).NextBytes(data);
        group.Broadcast(data, root: 1);
        var sent = new byte[data.Length];
        new Random(7).NextBytes(sent);
        Assert.Equal(sent, data);

        var blocks = group.Gather(Encoding.UTF8.GetBytes(new string((char)('a' + group.Rank), 1000 * group.Rank)));
        Assert.Equal(Enumerable.Range(0, group.Size).Select(rank => new string((char)('a' + rank), 1000 * rank)),
            blocks.Select(Encoding.UTF8.GetString));

        // MPI has left .NET's signal handlers in place.
        Assert.Throws<NullReferenceException>(() => Length(null));
        Assert.Throws<DivideByZeroException>(() => Inverse(0));

        // A rank that is late at the end is waited for.
        if (group.Rank == 0)
            Thread.Sleep(1500);
        Assert.Same(group, ProcessGroup.Start());
        group.Dispose();
        Note(group, "done.txt", $"{group.LocalRank} of {group.LocalSize}: {group.Description}");
    }

    [Fact(Explicit = true)]
    public void Ranks_add_until_one_of_them_is_gone()
    {
        var group = Start();
        using var values = zeros(1000);
        while (true)
        {
            group.Sum(values);
            Thread.Sleep(20);
        }
    }

    [Fact(Explicit = true)]
    public void A_rank_ends_the_job()
    {
        var group = Start();
        if (group.Rank == 1)
            group.Abort(3);
        group.Barrier();
    }

    private static IProcessGroup Start()
    {
        var group = ProcessGroup.Start(Console.Error.WriteLine);
        Note(group, "pid.txt", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return group;
    }

    /// <summary>The shortest of five sums, in milliseconds; for people, not for a check.</summary>
    private static double Fastest(IProcessGroup group, Tensor values) => Enumerable.Range(0, 5).Min(_ =>
    {
        group.Barrier();
        var start = Stopwatch.GetTimestamp();
        group.Sum(values);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    });

    private static int Length(string? text) => text!.Length;

    private static int Inverse(int number) => 1 / number;

    /// <summary>Writes a file whose name starts with the rank, at once.</summary>
    private static void Note(IProcessGroup group, string name, string text)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable(FolderVariable)!, $"{group.Rank}-{name}");
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path);
    }
}
