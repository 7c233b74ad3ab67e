using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace PetBreeds.Models.Weights;

/// <summary>
/// Reads a Python pickle (protocols 2 to 5) that holds tensors and plain containers. It is a stack machine whose every instruction makes a
/// plain value: where Python would import and call, this looks in <see cref="PickleGlobal"/> and refuses what is not there.
/// </summary>
internal ref struct PickleReader(MappedFile file, ReadOnlySpan<byte> bytes)
{
    // Bounds on memory: an instruction makes at most one small object; ResNet-152 with the state of its
    // optimizer takes about 130,000. Bounds on text: values can be recalled at will, so work on one must not grow with its length.
    public const int MaxBytes = 64 << 20;
    private const int MaxInstructions = 2_000_000, MaxIntegerBytes = 255, MaxKeyLength = 256;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private int _position;

    /// <summary>Bytes read so far; after <see cref="Read"/>, the length of the pickle.</summary>
    public readonly int Position => _position;

    /// <summary>Every storage the pickle names, by key.</summary>
    public Dictionary<string, PickleStorage> Storages { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads up to the STOP instruction.</summary>
    /// <returns>The pickled value: null, bool, long, double, string, byte[], BigInteger or one of the types in PickleValues.</returns>
    /// <exception cref="UserException">The pickle is damaged, too large, or holds what is refused.</exception>
    public object? Read()
    {
        for (var count = 0; count < MaxInstructions; count++)
        {
            var opcode = (char)Byte();
            if (opcode == '.')
                return Pop();
            if (!(Number(opcode) || Text(opcode) || Container(opcode) || Memo(opcode) || Object(opcode)))
                throw file.Damaged($"has the pickle instruction 0x{(int)opcode:x2} at byte {_position - 1}, which PyTorch never writes");
        }
        throw file.Damaged($"has a pickle of more than {MaxInstructions} instructions");
    }

    private bool Number(char opcode)
    {
        switch (opcode)
        {
            case 'N': Push(null); break;
            case '\x88': Push(true); break;
            case '\x89': Push(false); break;
            case 'K': Push((long)Byte()); break;
            case 'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case 'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case '\x8a': PushInteger(Byte()); break;
            case '\x8b': PushInteger(UInt32()); break;
            default: return false;
        }
        return true;
    }

    private bool Text(char opcode)
    {
        switch (opcode)
        {
            case 'X': Push(Unicode(UInt32())); break;
            case '\x8c': Push(Unicode(Byte())); break;
            case '\x8d': Push(Unicode(UInt64())); break;
            case 'U': Push(Encoding.Latin1.GetString(Take(Byte()))); break; // Python 2's str
            case 'T': Push(Encoding.Latin1.GetString(Take(UInt32()))); break;
            case 'C': Push(Take(Byte()).ToArray()); break;
            case 'B': Push(Take(UInt32()).ToArray()); break;
            case '\x8e' or '\x96': Push(Take(UInt64()).ToArray()); break;
            default: return false;
        }
        return true;
    }

    private bool Container(char opcode)
    {
        switch (opcode)
        {
            case '(': _marks.Add(_stack.Count); break;
            case ')': Push(Array.Empty<object?>()); break;
            case '\x85': Push(PopLast(1)); break;
            case '\x86': Push(PopLast(2)); break;
            case '\x87': Push(PopLast(3)); break;
            case 't': Push(PopToMark()); break;
            case ']' or '\x8f': Push(new List<object?>()); break;
            case 'l' or '\x91': Push(new List<object?>(PopToMark())); break;
            case 'a': Extend(PopLast(1)); break;
            case 'e' or '\x90': Extend(PopToMark()); break;
            case '}': Push(new PickleDict()); break;
            case 'd': { var items = PopToMark(); Push(new PickleDict()); SetItems(items); break; }
            case 's': SetItems(PopLast(2)); break;
            case 'u': SetItems(PopToMark()); break;
            default: return false;
        }
        return true;
    }

    private bool Memo(char opcode)
    {
        switch (opcode)
        {
            case '\x80': if (Byte() is < 2 or > 5) throw file.Damaged("has a pickle of an unknown protocol"); break;
            case '\x95': Take(8); break; // FRAME: a hint for buffering
            case '0': Pop(); break;
            case '1': PopToMark(); break;
            case '2': Push(Peek()); break;
            case 'q': _memo[Byte()] = Peek(); break;
            case 'r': _memo[UInt32()] = Peek(); break;
            case '\x94': _memo[(uint)_memo.Count] = Peek(); break;
            case 'h': Push(Recall(Byte())); break;
            case 'j': Push(Recall(UInt32())); break;
            default: return false;
        }
        return true;
    }

    private bool Object(char opcode)
    {
        switch (opcode)
        {
            case 'c': Push(PickleGlobal.Find(file, Line(), Line())); break;
            case 'i': throw file.Damaged($"asks to make {MappedFile.Quote($"{Line()}.{Line()}")}, which PyTorch never does");
            case '\x93':
                var names = PopLast(2);
                Push(PickleGlobal.Find(file, names[0] as string ?? "?", names[1] as string ?? "?"));
                break;
            case 'R' or '\x81': // REDUCE, NEWOBJ
                var call = PopLast(2);
                Push(Call(call[0], call[1]));
                break;
            case 'b': // BUILD: attributes, such as a state dict's _metadata, which no tensor needs
                var build = PopLast(2);
                Push(build[0] is PickleDict or PickleInert ? build[0] : throw file.Damaged("gives attributes to what has none"));
                break;
            case 'Q': Push(Storage(Pop())); break;
            default: return false;
        }
        return true;
    }

    private readonly object Call(object? callee, object? arguments)
    {
        var global = callee as PickleGlobal;
        return (arguments is object?[] tuple ? global?.Call(tuple) : null)
            ?? throw file.Damaged($"calls {MappedFile.Quote(global?.Name ?? "?")} with arguments that make no sense");
    }

    /// <summary>("storage", class, key, location, count), and in legacy files (view key, first, length) or None.</summary>
    private readonly PickleStorage Storage(object? id)
    {
        if (id is not object?[] { Length: 5 or 6 } parts
            || parts is not ["storage", PickleGlobal { DType: { } dtype }, string key, _, long count, ..] 
            || count < 0 || key.Length > MaxKeyLength)
            throw file.Damaged("has a storage without type, key or size");
        var storage = (parts.Length == 6 ? parts[5] : null) switch
        {
            null => new PickleStorage(key, dtype, count, 0, count),
            object?[] and [_, long first, long length] when first >= 0 && length >= 0 && first <= count - length =>
                new PickleStorage(key, dtype, count, first, length),
            _ => throw file.Damaged($"has a view that leads out of its storage {MappedFile.Quote(key)}"),
        };
        Storages[key] = storage;
        return storage;
    }

    private readonly void Extend(object?[] values)
    {
        if (Peek() is not List<object?> list)
            throw file.Damaged("appends to what is not a list");
        list.AddRange(values);
    }

    private readonly void SetItems(object?[] items)
    {
        if (Peek() is not PickleDict dict || items.Length % 2 != 0)
            throw file.Damaged("sets items of what is not a dict");
        for (var i = 0; i < items.Length; i += 2)
            dict.Items.Add((items[i], items[i + 1]));
    }

    private readonly void Push(object? value) => _stack.Add(value);

    private readonly object? Peek() => _stack.Count > Floor ? _stack[^1] : throw file.Damaged("takes from an empty stack");

    private readonly object? Pop() => PopLast(1)[0];

    private readonly object?[] PopLast(int count)
    {
        if (_stack.Count - Floor < count)
            throw file.Damaged("takes from an empty stack");
        return Cut(_stack.Count - count);
    }

    private readonly object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw file.Damaged("lacks a mark on its stack");
        var from = Floor;
        _marks.RemoveAt(_marks.Count - 1);
        return Cut(from);
    }

    private readonly object?[] Cut(int from)
    {
        object?[] values = [.. _stack[from..]];
        _stack.RemoveRange(from, values.Length);
        return values;
    }

    private readonly int Floor => _marks.Count > 0 ? _marks[^1] : 0;

    private readonly object? Recall(uint key) =>
        _memo.TryGetValue(key, out var value) ? value : throw file.Damaged($"recalls the value {key}, which it never kept");

    private void PushInteger(ulong length)
    {
        if (length > MaxIntegerBytes)
            throw file.Damaged($"has an integer of {length} bytes");
        var value = new BigInteger(Take(length));
        if (value >= long.MinValue && value <= long.MaxValue)
            Push((long)value);
        else
            Push(value);
    }

    private string Unicode(ulong length)
    {
        try
        {
            return Utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw file.Damaged($"has text that is not UTF-8 at byte {_position} of its pickle");
        }
    }

    private string Line()
    {
        var length = _bytes[_position..].IndexOf((byte)'\n');
        if (length < 0)
            throw file.Damaged("ends in the middle of its pickle");
        var line = Unicode((ulong)length);
        _position++;
        return line;
    }

    private byte Byte() => Take(1)[0];

    private uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_bytes.Length - _position))
            throw file.Damaged("ends in the middle of its pickle");
        var taken = _bytes.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }
}
