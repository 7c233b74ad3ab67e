namespace PetBreeds.Models.Weights;

/// <summary>
/// Reads a Python pickle (protocols 2 to 5) of tensors and plain containers. It is a stack machine in which every instruction creates a
/// plain value: where Python would import and call, this looks the name up in <see cref="PickleGlobal"/> and creates an empty object for
/// unknown names.
/// </summary>
internal ref struct PickleReader(MappedFile file, ReadOnlySpan<byte> bytes)
{
    // Bounds on memory: an instruction creates at most one small object, and ResNet-152 with the state of its optimizer takes about
    // 130,000. Bounds on text: a value can be recalled any number of times, so the work per recall must not grow with its length.
    public const int MaxBytes = 64 << 20;
    private const int MaxInstructions = 2_000_000, MaxKeyLength = 256;

    private readonly PickleStack _stack = new(file);
    private PickleBytes _bytes = new(file, bytes);

    /// <summary>Number of bytes read so far; after <see cref="Read"/>, the length of the pickle.</summary>
    public readonly int Position => _bytes.Position;

    /// <summary>All storages that the pickle refers to, by key.</summary>
    public Dictionary<string, PickleStorage> Storages { get; } = new(StringComparer.Ordinal);

    /// <summary>All Python names that occurred.</summary>
    public Dictionary<string, PickleGlobal> Globals { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads up to the STOP instruction.</summary>
    /// <returns>The pickled value: null, bool, long, double, string, byte[], BigInteger or one of the types in PickleValues.cs.</returns>
    /// <exception cref="UserException">The pickle is damaged, too large, or contains something that is rejected.</exception>
    public object? Read()
    {
        for (var count = 0; count < MaxInstructions; count++)
        {
            var opcode = (char)_bytes.Byte();
            if (opcode == '.')
                return _stack.Pop();
            if (!(Scalar(opcode) || Container(opcode) || Stack(opcode) || Object(opcode)))
                throw file.Damaged($"has the pickle instruction 0x{(int)opcode:x2} at byte {Position - 1}, which PyTorch never writes");
        }
        throw file.Damaged($"has a pickle of more than {MaxInstructions} instructions");
    }

    private bool Scalar(char opcode)
    {
        switch (opcode)
        {
            case 'N': _stack.Push(null); break;
            case '\x88': _stack.Push(true); break;
            case '\x89': _stack.Push(false); break;
            case 'K': _stack.Push((long)_bytes.Byte()); break;
            case 'M': _stack.Push((long)_bytes.UInt16()); break;
            case 'J': _stack.Push((long)_bytes.Int32()); break;
            case 'G': _stack.Push(_bytes.Double()); break;
            case '\x8a': _stack.Push(_bytes.Integer(_bytes.Byte())); break;
            case '\x8b': _stack.Push(_bytes.Integer(_bytes.UInt32())); break;
            case 'X': _stack.Push(_bytes.Text(_bytes.UInt32())); break;
            case '\x8c': _stack.Push(_bytes.Text(_bytes.Byte())); break;
            case '\x8d': _stack.Push(_bytes.Text(_bytes.UInt64())); break;
            case 'U': _stack.Push(_bytes.Latin1(_bytes.Byte())); break;
            case 'T': _stack.Push(_bytes.Latin1(_bytes.UInt32())); break;
            case 'C': _stack.Push(_bytes.Take(_bytes.Byte()).ToArray()); break;
            case 'B': _stack.Push(_bytes.Take(_bytes.UInt32()).ToArray()); break;
            case '\x8e' or '\x96': _stack.Push(_bytes.Take(_bytes.UInt64()).ToArray()); break;
            default: return false;
        }
        return true;
    }

    private readonly bool Container(char opcode)
    {
        switch (opcode)
        {
            case ')': _stack.Push(Array.Empty<object?>()); break;
            case '\x85': _stack.Push(_stack.PopLast(1)); break;
            case '\x86': _stack.Push(_stack.PopLast(2)); break;
            case '\x87': _stack.Push(_stack.PopLast(3)); break;
            case 't': _stack.Push(_stack.PopToMark()); break;
            case ']' or '\x8f': _stack.Push(new List<object?>()); break; // list, set
            case 'l' or '\x91': _stack.Push(new List<object?>(_stack.PopToMark())); break;
            case 'a': _stack.Extend(_stack.PopLast(1)); break;
            case 'e' or '\x90': _stack.Extend(_stack.PopToMark()); break;
            case '}': _stack.Push(new PickleDict()); break;
            case 's': _stack.SetItems(_stack.PopLast(2)); break;
            case 'u': _stack.SetItems(_stack.PopToMark()); break;
            default: return false;
        }
        return true;
    }

    private bool Stack(char opcode)
    {
        switch (opcode)
        {
            case '\x80': RequireProtocol(_bytes.Byte()); break;
            case '\x95': _bytes.Take(8); break; // FRAME: a hint for buffering
            case '(': _stack.Mark(); break;
            case '0': _stack.Pop(); break;
            case '1': _stack.PopToMark(); break;
            case '2': _stack.Push(_stack.Peek()); break;
            case 'q': _stack.Keep(_bytes.Byte()); break;
            case 'r': _stack.Keep(_bytes.UInt32()); break;
            case '\x94': _stack.KeepNext(); break;
            case 'h': _stack.Recall(_bytes.Byte()); break;
            case 'j': _stack.Recall(_bytes.UInt32()); break;
            default: return false;
        }
        return true;
    }

    private bool Object(char opcode)
    {
        switch (opcode)
        {
            case 'c': _stack.Push(Global([_bytes.Line(), _bytes.Line()])); break;
            case '\x93': _stack.Push(Global(_stack.PopLast(2))); break;
            case 'R' or '\x81': _stack.Push(Call(_stack.PopLast(2))); break; // REDUCE, NEWOBJ
            case '\x92': _stack.Push(Call(_stack.PopLast(3))); break; // NEWOBJ_EX: keyword arguments come last
            case 'i': _stack.Push(Call([Global([_bytes.Line(), _bytes.Line()]), _stack.PopToMark()])); break; // INST
            case 'o': _stack.Push(Make(_stack.PopToMark())); break; // OBJ
            case 'b': _stack.Push(Build(_stack.PopLast(2))); break;
            case 'Q': _stack.Push(Storage(_stack.Pop())); break;
            default: return false;
        }
        return true;
    }

    private readonly void RequireProtocol(byte protocol)
    {
        if (protocol is < 2 or > 5)
            throw file.Damaged($"has a pickle of protocol {protocol}");
    }

    private readonly PickleGlobal Global(object?[] names)
    {
        if (names is not [string module, string name])
            throw file.Damaged("calls something without a name");
        var global = PickleGlobal.Find(file, module, name);
        Globals.TryAdd(global.Name, global);
        return global;
    }

    private readonly object Make(object?[] parts) => parts is [var made, .. var arguments]
        ? Call([made, arguments])
        : throw file.Damaged("creates an object without a class");

    private readonly object Call(object?[] call)
    {
        var made = (call[0], call[1]) switch
        {
            (PickleGlobal global, object?[] arguments) => global.Call(arguments),
            (PickleObject function, _) => new PickleObject(function.Type), // something that another object would create
            _ => null,
        };
        return made ?? throw file.Damaged($"calls {MappedFile.Quote((call[0] as PickleGlobal)?.Name ?? "?")} with invalid arguments");
    }

    /// <summary>Attributes, such as a state dict's <c>_metadata</c>, are ignored: no tensor needs them.</summary>
    private readonly object Build(object?[] build) => build[0] is PickleDict or PickleTensor or List<object?> or PickleGlobal
        ? build[0]!
        : throw file.Damaged("sets attributes on an object that has none");

    /// <summary>
    /// ("storage", class, key, location, count), and in legacy files (view key, first, length) or None; a class that is not supported
    /// becomes an object. Legacy files name a module's class with its source: ("module", class, path, source).
    /// </summary>
    private readonly object Storage(object? id)
    {
        if (id is object?[] and ["storage" or "module", PickleGlobal { Means: PickleGlobal.Meaning.Object } other, ..])
            return id is object?[] and ["module", ..] ? other : new PickleObject(other.Name);
        if (id is not object?[] { Length: 5 or 6 } parts
            || parts is not ["storage", PickleGlobal { DType: { } dtype }, string key, _, long count, ..]
            || count < 0 || key.Length > MaxKeyLength)
            throw file.Damaged("has a storage without type, key or size");
        var storage = (parts.Length == 6 ? parts[5] : null) switch
        {
            null => new PickleStorage(key, dtype, count, 0, count),
            object?[] and [_, long first, long length] when first >= 0 && length >= 0 && first <= count - length =>
                new PickleStorage(key, dtype, count, first, length),
            _ => throw file.Damaged($"has a view that extends beyond its storage {MappedFile.Quote(key)}"),
        };
        Storages[key] = storage;
        return storage;
    }
}
