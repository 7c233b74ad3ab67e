using System.IO.Compression;
using System.Text;

namespace PetBreeds.Tests.Models.Weights;

/// <summary>Files as PyTorch writes them, or as nobody should, put together by hand.</summary>
internal static class TorchArchive
{
    private static readonly byte[] Floats = [.. Enumerable.Range(0, 6).SelectMany(i => BitConverter.GetBytes((float)i))];

    /// <summary>An archive of a pickle and of one storage, "0", of 24 bytes holding the floats 0 to 5.</summary>
    public static byte[] Zip(
        string pickle, CompressionLevel level = CompressionLevel.NoCompression, params (string Name, string Text)[] more)
    {
        var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create))
        {
            Add(zip, "w/data.pkl", level, Encoding.Latin1.GetBytes(pickle));
            Add(zip, "w/data/0", level, Floats);
            foreach (var (name, text) in more)
                Add(zip, name, level, Encoding.Latin1.GetBytes(text));
        }
        return memory.ToArray();
    }

    /// <summary>The same with every size and offset in zip64 fields.</summary>
    public static byte[] Zip64(string pickle)
    {
        var (file, directory) = (new MemoryStream(), new MemoryStream());
        (string Name, byte[] Bytes)[] entries = [("w/data.pkl", Encoding.Latin1.GetBytes(pickle)), ("w/data/0", Floats)];
        foreach (var (name, bytes) in entries)
        {
            var (size, at, text) = ((long)bytes.Length, file.Length, Encoding.ASCII.GetBytes(name));
            Put(directory, 0x02014b50u, 0x2d002du, 0u, 0u, 0u, -1, -1, (ushort)text.Length, (ushort)32, 0u, 0u, (ushort)0, -1, text);
            Put(directory, (ushort)9, (ushort)0, (ushort)1, (ushort)24, size, size, at); // a foreign field before the zip64 one
            Put(file, 0x04034b50u, (ushort)45, 0u, 0u, 0u, -1, -1, (ushort)text.Length, (ushort)0, text, bytes);
        }
        var start = file.Length;
        Put(file, directory.ToArray());
        var end = file.Length;
        Put(file, 0x06064b50u, 44L, 0u, 0u, 0u, 2L, 2L, directory.Length, start, 0x07064b50u, 0u, end, 1u);
        Put(file, 0x06054b50u, 0u, (ushort)2, (ushort)2, -1, -1, (ushort)0);
        return file.ToArray();
    }

    /// <summary>A legacy file of a pickle and of the same storage.</summary>
    /// <param name="pickle">Of the state.</param>
    /// <param name="storages">The pickle of the storages' names; null: of "0".</param>
    public static byte[] Legacy(string pickle, string? storages = null)
    {
        var head = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19." + "\x80\x02M\xe9\x03." + Pickle(("little_endian", "\x88"));
        return [.. Encoding.Latin1.GetBytes(head + pickle + (storages ?? "\x80\x02](" + Text("0") + "e.")),
            .. BitConverter.GetBytes(6L), .. Floats];
    }

    /// <summary>The pickle of a dict.</summary>
    public static string Pickle(params (string Key, string Value)[] items) => "\x80\x02" + Items(items) + ".";

    public static string Items(params (string Key, string Value)[] items) =>
        "}(" + string.Concat(items.Select(i => Text(i.Key) + i.Value)) + "u";

    /// <summary>A float tensor on storage "0" as a pickle says it.</summary>
    public static string Tensor(
        long[] shape, long[] strides, long offset = 0, long count = 6, string key = "0", string type = "FloatStorage",
        (long First, long Length)? view = null) =>
        "ctorch._utils\n_rebuild_tensor_v2\n(" + Storage(count, key, type, view) + Integer(offset) + Tuple(shape) + Tuple(strides)
        + "\x89" + "ccollections\nOrderedDict\n)RtR";

    public static string Text(string text) => "X" + Bytes(BitConverter.GetBytes(text.Length)) + text;

    public static string Integer(long value) => "\x8a\b" + Bytes(BitConverter.GetBytes(value));

    private static string Storage(long count, string key, string type, (long First, long Length)? view) =>
        "(" + Text("storage") + $"ctorch\n{type}\n" + Text(key) + Text("cpu") + Integer(count)
        + (view is var (first, length) ? Text("view") + Integer(first) + Integer(length) + "\x87" : "") + "tQ";

    private static string Tuple(long[] values) => "(" + string.Concat(values.Select(Integer)) + "t";

    private static string Bytes(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static void Put(Stream stream, params object[] values)
    {
        foreach (var value in values)
        {
            stream.Write(value switch
            {
                ushort u => BitConverter.GetBytes(u),
                uint u => BitConverter.GetBytes(u),
                int i => BitConverter.GetBytes(i),
                long l => BitConverter.GetBytes(l),
                _ => (byte[])value,
            });
        }
    }

    private static void Add(ZipArchive zip, string name, CompressionLevel level, byte[] bytes)
    {
        using var entry = zip.CreateEntry(name, level).Open();
        entry.Write(bytes);
    }
}
