using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace PetBreeds.Runs.TensorBoard;

/// <summary>
/// A TensorBoard event file: a sequence of records (TensorFlow's TFRecord: length and data, each with a checksum) whose data is an Event
/// protocol-buffer message (tensorflow/core/util/event.proto, framework/summary.proto). Only scalars are written.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const string Version = "brain.Event:2";

    // Field numbers of the messages, and protocol-buffer wire types.
    private const int WallTime = 1, Step = 2, FileVersion = 3, Summary = 5;
    private const int SummaryValue = 1, Tag = 1, SimpleValue = 2;
    private const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    private readonly FileStream _file;

    /// <summary>Creates a new file in a folder; TensorBoard combines all files of a folder.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="now">The current time; the file's name contains its seconds, as TensorBoard expects.</param>
    public EventFile(string folder, DateTimeOffset now)
    {
        for (var copy = 0; ; copy++)
        {
            Path = System.IO.Path.Combine(folder,
                $"events.out.tfevents.{now.ToUnixTimeSeconds()}.petbreeds{(copy == 0 ? "" : $".{copy}")}");
            if (!File.Exists(Path))
                break;
        }
        _file = new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        Write(now, message => message.Field(FileVersion, Version));
        _file.Flush();
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>Adds the values of one step.</summary>
    public void Add(DateTimeOffset now, long step, IEnumerable<(string Tag, double Value)> values) => Write(now, message =>
    {
        message.Key(Step, Varint).Number((ulong)step);
        var summary = new Message();
        foreach (var (tag, value) in values)
            summary.Field(SummaryValue, new Message().Field(Tag, tag).Key(SimpleValue, Fixed32).Single((float)value));
        message.Field(Summary, summary);
    });

    /// <summary>Flushes what was added to the operating system.</summary>
    public void Flush() => _file.Flush();

    /// <summary>Closes the file; what could not be written is lost.</summary>
    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // The disk is full: the last flush reported it.
        }
    }

    private void Write(DateTimeOffset now, Action<Message> fill)
    {
        var message = new Message().Key(WallTime, Fixed64).Double(now.ToUnixTimeMilliseconds() / 1000.0);
        fill(message);
        Span<byte> length = stackalloc byte[8], check = stackalloc byte[4];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)message.Data.Length);
        _file.Write(length);
        BinaryPrimitives.WriteUInt32LittleEndian(check, Masked(length));
        _file.Write(check);
        _file.Write(message.Data);
        BinaryPrimitives.WriteUInt32LittleEndian(check, Masked(message.Data));
        _file.Write(check);
    }

    /// <summary>
    /// A masked CRC-32C (Castagnoli): rotated and offset, so that data that contains checksums is safe to checksum
    /// (tensorflow/core/lib/hash/crc32c.h).
    /// </summary>
    private static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
            crc = BitOperations.Crc32C(crc, b);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }

    /// <summary>A protocol-buffer message under construction.</summary>
    private sealed class Message
    {
        private readonly ArrayBufferWriter<byte> _data = new();

        public ReadOnlySpan<byte> Data => _data.WrittenSpan;

        public Message Key(int field, int wire) => Number((ulong)(field << 3 | wire));

        public Message Number(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
                _data.Write([(byte)(value | 0x80)]);
            _data.Write([(byte)value]);
            return this;
        }

        public Message Field(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));

        public Message Field(int field, Message inner) => Field(field, inner.Data);

        public Message Single(float value)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            _data.Write(bytes);
            return this;
        }

        public Message Double(double value)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
            _data.Write(bytes);
            return this;
        }

        private Message Field(int field, ReadOnlySpan<byte> bytes)
        {
            Key(field, Bytes).Number((ulong)bytes.Length);
            _data.Write(bytes);
            return this;
        }
    }
}
