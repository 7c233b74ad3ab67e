using System.Diagnostics;
using Xunit;

namespace PetBreeds.Tests;

/// <summary>
/// Fuzzing by mutation: a reader either takes what it is given or refuses it with a <see cref="UserException"/>, at once and without much
/// memory. PETBREEDS_FUZZ sets how many inputs a reader gets (3000; slow readers get a share).
/// </summary>
internal static class Fuzz
{
    private const double MostSeconds = 5; // thousands of times the usual: a hang, not a busy machine

    private static readonly int Count =
        int.TryParse(Environment.GetEnvironmentVariable("PETBREEDS_FUZZ"), out var chosen) ? chosen : 3000;

    private static readonly long[] Extremes =
        [0, -1, long.MaxValue, long.MinValue, int.MaxValue, uint.MaxValue, 1L << 40, 0x7fff_ffff_ffff_fff0];

    /// <summary>Gives <paramref name="read"/> mutations of a file.</summary>
    /// <param name="what">Names them in messages.</param>
    /// <param name="original">A whole file.</param>
    /// <param name="share">One in how many of the inputs is tried.</param>
    /// <param name="read">Reads one; it may assert.</param>
    /// <param name="mostBytes">The most managed memory that reading may take on this thread.</param>
    /// <returns>How many were read and how many refused.</returns>
    public static (int Read, int Refused) Run(string what, byte[] original, int share, Action<byte[]> read, long mostBytes = 4 << 20)
    {
        var random = new Random(1);
        var (taken, refused, slowest, most) = (0, 0, 0.0, 0L);
        for (var i = 0; i < Count / share; i++)
        {
            var mutated = Mutate(original, random);
            var (clock, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
            if (Reads(read, mutated, $"{what}, mutation {i}"))
                taken++;
            else
                refused++;
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
            slowest = Math.Max(slowest, clock.Elapsed.TotalSeconds);
            Assert.True(most <= mostBytes, $"{what}, mutation {i}: {most} bytes allocated for {mutated.Length}");
            Assert.True(slowest <= MostSeconds, $"{what}, mutation {i}: {slowest:F1} s");
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{what}: {taken} read, {refused} refused, slowest {slowest * 1e3:F0} ms, most allocated {most >> 10} KB");
        return (taken, refused);
    }

    private static bool Reads(Action<byte[]> read, byte[] bytes, string what)
    {
        try
        {
            read(bytes);
            return true;
        }
        catch (UserException)
        {
            return false;
        }
        catch (Exception e)
        {
            var file = Path.Combine(Path.GetTempPath(), "petbreeds-fuzz-failure");
            File.WriteAllBytes(file, bytes);
            throw new InvalidOperationException($"{what}: {e.GetType().Name} (kept as {file}): {e.Message}", e);
        }
    }

    // One to four of: a bit flipped, a byte set, an integer made extreme, a piece copied elsewhere, removed or repeated, the end cut.
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

    private static void Overwrite(List<byte> bytes, int at, IEnumerable<byte> with)
    {
        foreach (var value in with)
            bytes[at++] = value;
    }
}
