using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace PetBreeds.Models.Weights;

/// <summary>The bytes of a pickle, read sequentially and never past their end.</summary>
internal ref struct PickleBytes(MappedFile file, ReadOnlySpan<byte> bytes)
{
    private const int MaxIntegerBytes = 255;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Number of bytes read so far.</summary>
    public int Position { get; private set; }

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>Reads an integer of any size: a long if it fits, otherwise a <see cref="BigInteger"/>.</summary>
    public object Integer(ulong length)
    {
        if (length > MaxIntegerBytes)
            throw file.Damaged($"has an integer of {length} bytes");
        var value = new BigInteger(Take(length));
        if (value < long.MinValue || value > long.MaxValue)
            return value;
        return (long)value;
    }

    /// <summary>Reads UTF-8 text.</summary>
    public string Text(ulong length)
    {
        try
        {
            return Utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw file.Damaged($"has text that is not UTF-8 before byte {Position} of its pickle");
        }
    }

    /// <summary>Reads text with one byte per character, such as Python 2's str.</summary>
    public string Latin1(ulong length) => Encoding.Latin1.GetString(Take(length));

    /// <summary>Reads text up to a line feed, which is skipped.</summary>
    public string Line()
    {
        var length = _rest.IndexOf((byte)'\n');
        if (length < 0)
            throw file.Damaged("ends in the middle of its pickle");
        var line = Text((ulong)length);
        Take(1);
        return line;
    }

    public ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
            throw file.Damaged("ends in the middle of its pickle");
        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        Position += (int)count;
        return taken;
    }
}
