using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace PetBreeds.Models.Weights;

/// <summary>
/// Reads safetensors: the header's length (uint64), a JSON header with dtype, shape and byte range of every tensor, then the bytes. It is
/// as strict as the reference reader: no gaps, no overlaps, no duplicate names.
/// </summary>
internal static class SafeTensorsReader
{
    public const string Format = "safetensors";

    private const int LengthSize = sizeof(ulong), MaxHeader = 100_000_000; // the reference reader's limit

    /// <summary>One tensor as declared in the header; byte offsets count from the end of the header.</summary>
    private readonly record struct Declared(TensorInfo Info, long Begin, long End);

    public static bool Recognise(ReadOnlySpan<byte> start) => start.Length > LengthSize && start[LengthSize] == (byte)'{';

    /// <exception cref="UserException">The header is damaged or contradicts itself or the file.</exception>
    public static (IReadOnlyList<TensorInfo> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(MappedFile file)
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Slice(0, LengthSize));
        if (length > (ulong)(file.Length - LengthSize) || length > MaxHeader)
            throw file.Damaged($"declares a safetensors header of {length} bytes, but has {file.Length} in all");
        var header = file.Slice(LengthSize, (int)length);
        if (!Utf8.IsValid(header))
            throw file.Damaged("has a safetensors header that is not UTF-8");
        try
        {
            var json = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = 4 });
            var (declared, metadata) = Header(file, ref json);
            return (Place(file, declared, LengthSize + (long)length), metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException: a token of another kind than expected, or text with an unpaired surrogate.
            throw new UserException($"the safetensors header is broken: {e.Message}", file.Path, "Download or save the file again.", e);
        }
    }

    private static (List<Declared> Tensors, Dictionary<string, string> Metadata) Header(MappedFile file, ref Utf8JsonReader json)
    {
        var tensors = new List<Declared>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        json.Read();
        while (Name(ref json) is { } name)
        {
            if (tensors.Count == TensorInfo.MaxCount)
                throw file.Damaged($"declares more than {TensorInfo.MaxCount} tensors");
            if (!names.Add(name))
                throw file.Damaged($"declares {MappedFile.Quote(name)} twice");
            json.Read();
            if (name != "__metadata__")
                tensors.Add(Entry(file, ref json, name));
            else
                Texts(ref json, metadata);
        }
        json.Read(); // throws if anything follows the object
        return (tensors, metadata);
    }

    private static Declared Entry(MappedFile file, ref Utf8JsonReader json, string name)
    {
        string? dtype = null;
        List<long>? shape = null, offsets = null;
        RequireObject(json);
        while (Name(ref json) is { } field)
        {
            json.Read();
            switch (field)
            {
                case "dtype" when dtype is null: dtype = json.GetString(); break;
                case "shape" when shape is null: shape = Integers(ref json); break;
                case "data_offsets" when offsets is null: offsets = Integers(ref json); break;
                default: throw file.Damaged($"declares {MappedFile.Quote(field)} of the tensor {MappedFile.Quote(name)}: an unknown field");
            }
        }
        if (dtype is null || shape is null || offsets is not [var begin, var end])
            throw file.Damaged($"declares the tensor {MappedFile.Quote(name)} without dtype, shape or data_offsets");
        if (ElementTypes.FromSafeTensors(dtype) is not { } type)
        {
            throw new UserException($"the tensor {MappedFile.Quote(name)} has the type {MappedFile.Quote(dtype)}, which is not supported",
                file.Path, "Save it as F32, F16, BF16, F64, C64, BOOL, U8 or I8 to I64.");
        }
        return new(new TensorInfo(name, type, [.. shape]), begin, end);
    }

    private static List<TensorInfo> Place(MappedFile file, List<Declared> declared, long dataStart)
    {
        var tensors = new List<TensorInfo>(declared.Count);
        long position = 0, available = file.Length - dataStart;
        // A stable order: empty tensors keep that of the header.
        foreach (var (info, begin, end) in declared.OrderBy(t => t.Begin).ThenBy(t => t.End))
        {
            var name = MappedFile.Quote(info.Name);
            if (begin != position || end < begin || end > available)
                throw file.Damaged($"declares the tensor {name} at bytes {begin} to {end}, where {position} to at most {available} is "
                    + "expected");
            var placed = TensorInfo.Place(file, info, null, 0, dataStart + begin, end - begin);
            if (placed.Count * info.DType.ByteSize() != end - begin)
                throw file.Damaged($"declares the tensor {name} with {placed.Count} elements in {end - begin} bytes");
            tensors.Add(placed);
            position = end;
        }
        if (position != available)
            throw file.Damaged($"has {available} bytes of data, but declares {position}");
        return tensors;
    }

    private static void Texts(ref Utf8JsonReader json, Dictionary<string, string> metadata)
    {
        RequireObject(json);
        while (Name(ref json) is { } key)
        {
            json.Read();
            metadata[key] = json.GetString() ?? throw new JsonException("a metadata text is null");
        }
    }

    private static List<long> Integers(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
            throw new JsonException("an array of integers is missing");
        var values = new List<long>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (values.Count == TensorInfo.MaxRank)
                throw new JsonException($"an array has more than {TensorInfo.MaxRank} integers");
            values.Add(json.GetInt64());
        }
        return values;
    }

    private static void RequireObject(in Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            throw new JsonException("an object is missing");
    }

    /// <summary>The next property's name, or null at the object's end.</summary>
    private static string? Name(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType == JsonTokenType.PropertyName ? json.GetString() : null;
}
