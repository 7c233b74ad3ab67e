using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using PetBreeds.Runs.TensorBoard;
using PetBreeds.Runtime;
using PetBreeds.Tests.Catalog;
using PetBreeds.Training.Steps;
using Xunit;

namespace PetBreeds.Tests.Runs.TensorBoard;

/// <summary>The files are read back by a decoder of the formats' descriptions that shares nothing with the writer.</summary>
public sealed class TensorBoardTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scalars_of_steps_and_epochs_are_read_back()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        using (var log = new TensorBoardLog(_folder.Path, 0, _ => Assert.Fail(), time))
        {
            log.StepDone(new StepResult(0, 0, 2.5, 1e-3, .95));
            time.Advance(TimeSpan.FromSeconds(2.5));
            log.StepDone(new StepResult(300, 1, .1, 2e-3, .85)); // a step of two bytes
            log.EpochDone(new EpochResult(1, true, .3, .4, .25, 12, 33.5, F1: .75));
        }
        var events = Read(Assert.Single(Directory.GetFiles(_folder.Path))).ToArray();
        Assert.Equal("brain.Event:2", events[0].Version);
        Assert.Equal([(0L, "train/loss", 2.5f), (0, "train/lr", 1e-3f), (0, "train/momentum", .95f), (300, "train/loss", .1f)],
            events.Skip(1).SelectMany(e => e.Values.Select(v => (e.Step, v.Tag, v.Value))).Take(4));
        var epoch = events[^1];
        Assert.Equal(300, epoch.Step);
        Assert.Contains(("valid/loss", .4f), epoch.Values);
        Assert.Contains(("valid/error", .25f), epoch.Values);
        Assert.Contains(("valid/f1", .75f), epoch.Values);
        Assert.Contains(("speed/images_per_second", 33.5f), epoch.Values);
        Assert.Equal([1_700_000_000, 1_700_000_002.5], events.Select(e => e.Time).Distinct());
        Assert.Equal(1_700_000_002.5, epoch.Time);
    }

    [Fact]
    public void What_was_written_of_an_epoch_is_there_while_the_run_goes_on_and_a_second_part_gets_a_file_of_its_own()
    {
        using var log = new TensorBoardLog(_folder.Path, 0, _ => Assert.Fail());
        log.EpochDone(new EpochResult(1, true, .3, .4, .25, 12, 33.5));
        Assert.Equal(2, Read(Assert.Single(Directory.GetFiles(_folder.Path))).Count());
        using var second = new TensorBoardLog(_folder.Path, 0, _ => Assert.Fail());
        Assert.Equal(2, Directory.GetFiles(_folder.Path, "events.out.tfevents.*").Length);
    }

    [Fact]
    public void A_run_gone_on_with_at_an_epochs_end_counts_its_steps_on()
    {
        using (var log = new TensorBoardLog(_folder.Path, steps: 40, _ => Assert.Fail()))
            log.EpochDone(new EpochResult(1, true, .3, .4, .25, 12, 33.5));
        Assert.Equal(39, Read(Assert.Single(Directory.GetFiles(_folder.Path))).Last().Step);
    }

    /// <summary>RFC 3720, appendix B.4: the CRC-32C of 32 zero bytes is 8A9136AA.</summary>
    [Fact]
    public void The_decoders_checksum_is_the_right_one() => Assert.Equal(0x8A9136AAu, Crc(new byte[32]));

    [Fact]
    public void A_folder_that_is_not_there_is_said() =>
        Assert.Contains("TensorBoard",
            Assert.Throws<UserException>(() => new TensorBoardLog(Path.Combine(_folder.Path, "none"), 0, _ => { })).Message);

    private sealed record Event(double Time, long Step, string Version, List<(string Tag, float Value)> Values);

    private static IEnumerable<Event> Read(string path)
    {
        using var copy = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[copy.Length];
        copy.ReadExactly(bytes);
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            var data = bytes.AsSpan(at + 12, length);
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            yield return ToEvent(data.ToArray());
            at += 16 + length;
        }
    }

    private static Event ToEvent(byte[] data)
    {
        var result = new Event(0, 0, "", []);
        foreach (var (field, value) in Fields(data))
        {
            result = (field, value) switch
            {
                (1, double time) => result with { Time = time },
                (2, ulong step) => result with { Step = (long)step },
                (3, byte[] version) => result with { Version = Encoding.UTF8.GetString(version) },
                (5, byte[] summary) => result with { Values = [.. Fields(summary).Select(entry => Scalar((byte[])entry.Value))] },
                _ => throw new InvalidDataException($"field {field}"),
            };
        }
        return result;
    }

    private static (string, float) Scalar(byte[] value)
    {
        var fields = Fields(value).ToDictionary(entry => entry.Field, entry => entry.Value);
        return (Encoding.UTF8.GetString((byte[])fields[1]), (float)fields[2]);
    }

    private static List<(int Field, object Value)> Fields(ReadOnlySpan<byte> data)
    {
        var fields = new List<(int, object)>();
        while (data.Length > 0)
        {
            var key = Varint(ref data);
            switch (key & 7)
            {
                case 0:
                    fields.Add(((int)(key >> 3), Varint(ref data)));
                    break;
                case 1:
                    fields.Add(((int)(key >> 3), BitConverter.ToDouble(data[..8])));
                    data = data[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref data);
                    fields.Add(((int)(key >> 3), data[..length].ToArray()));
                    data = data[length..];
                    break;
                case 5:
                    fields.Add(((int)(key >> 3), BitConverter.ToSingle(data[..4])));
                    data = data[4..];
                    break;
                default:
                    throw new InvalidDataException($"wire type {key & 7}");
            }
        }
        return fields;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> data)
    {
        var (value, shift, i) = (0UL, 0, 0);
        do
        {
            value |= (ulong)(data[i] & 0x7F) << shift;
            shift += 7;
        }
        while ((data[i++] & 0x80) != 0);
        data = data[i..];
        return value;
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = Crc(data);
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
    }

    /// <summary>Bit by bit, with the reversed polynomial.</summary>
    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
        }
        return ~crc;
    }
}
