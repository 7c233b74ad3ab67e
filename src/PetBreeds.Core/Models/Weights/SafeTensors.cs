using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using PetBreeds.Runtime.Files;
using static TorchSharp.torch;

namespace PetBreeds.Models.Weights;

/// <summary>
/// Writes safetensors (https://github.com/huggingface/safetensors), a format that cannot contain code and is widely supported.
/// </summary>
internal static class SafeTensors
{
    private const int Alignment = 8, LengthSize = sizeof(ulong), Buffer = 1 << 20;

    /// <summary>
    /// Writes tensors and texts atomically. The same input gives the same bytes. Tensors with wider elements come first, so that each is
    /// aligned to its element size.
    /// </summary>
    /// <param name="path">The file to create or replace, in an existing folder.</param>
    /// <param name="tensors">Tensors on any device, with any strides; copied to the CPU one at a time.</param>
    /// <param name="metadata">Arbitrary texts, written in ordinal order of their keys.</param>
    /// <exception cref="UserException">A tensor's type has no name in safetensors (complex128), or the file cannot be written.</exception>
    /// <exception cref="ArgumentException">A name occurs twice or is <c>__metadata__</c>.</exception>
    public static void Write(string path, IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var ordered = tensors.OrderByDescending(t => t.Tensor.dtype.ByteSize()).ToList(); // stable
        var header = Header(path, ordered, metadata);
        AtomicFile.Write(path, "the weight file", stream =>
        {
            stream.Write(header);
            foreach (var (_, tensor) in ordered)
                WriteElements(stream, tensor);
        }, "Check the folder, its permissions and the free space.");
    }

    private static byte[] Header(string path, List<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(stackalloc byte[LengthSize]);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
                WriteMetadata(json, metadata);
            var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
            long offset = 0;
            foreach (var (name, tensor) in tensors)
            {
                if (!names.Add(name))
                    throw new ArgumentException($"the tensor name '{name}' is taken", nameof(tensors));
                offset = WriteEntry(json, path, name, tensor, offset);
            }
            json.WriteEndObject();
        }
        while (buffer.Length % Alignment != 0)
            buffer.WriteByte((byte)' ');
        var header = buffer.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - LengthSize);
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject("__metadata__");
        foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static long WriteEntry(Utf8JsonWriter json, string path, string name, Tensor tensor, long begin)
    {
        var dtype = tensor.dtype.SafeTensorsName()
            ?? throw new UserException($"safetensors has no type for the {tensor.dtype} tensor `{name}`", path, "Convert it first.");
        var end = begin + (tensor.NumberOfElements * tensor.dtype.ByteSize());
        json.WriteStartObject(name);
        json.WriteString("dtype", dtype);
        json.WriteStartArray("shape");
        foreach (var length in tensor.shape)
            json.WriteNumberValue(length);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
        return end;
    }

    private static void WriteElements(Stream stream, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var bytes = tensor.NumberOfElements * tensor.dtype.ByteSize();
        if (bytes > 0)
            tensor.detach().cpu().contiguous().WriteBytesToStream(stream, (int)Math.Min(bytes, Buffer));
    }
}
