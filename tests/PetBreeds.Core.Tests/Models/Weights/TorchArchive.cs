using System.IO.Compression;
using System.Text;

namespace PetBreeds.Tests.Models.Weights;

/// <summary>Files as PyTorch writes them, or as nobody should, put together by hand.</summary>
internal static class TorchArchive
{
    public const string Dict = "}";

    /// <summary>An archive of a pickle and of one storage, "0", of 24 bytes holding the floats 0 to 5.</summary>
    public static byte[] Zip(string pickle, CompressionLevel level = CompressionLevel.NoCompression, params (string Name, string Text)[] more)
    {
        var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create))
        {
            Add(zip, "w/data.pkl", level, Encoding.Latin1.GetBytes(pickle));
            Add(zip, "w/data/0", level, [.. Enumerable.Range(0, 6).SelectMany(i => BitConverter.GetBytes((float)i))]);
            foreach (var (name, text) in more)
                Add(zip, name, level, Encoding.Latin1.GetBytes(text));
        }
        return memory.ToArray();
    }

    /// <summary>The pickle of a dict.</summary>
    public static string Pickle(params (string Key, string Value)[] items) => "\x80\x02" + Items(items) + ".";

    public static string Items(params (string Key, string Value)[] items) => "}(" + string.Concat(items.Select(i => Text(i.Key) + i.Value)) + "u";

    /// <summary>A float tensor on storage "0" as a pickle says it.</summary>
    public static string Tensor(long[] shape, long[] strides, long offset = 0, long count = 6, string key = "0", string type = "FloatStorage") =>
        "ctorch._utils\n_rebuild_tensor_v2\n(" + Storage(count, key, type) + Integer(offset) + Tuple(shape) + Tuple(strides)
        + "\x89" + "ccollections\nOrderedDict\n)RtR";

    public static string Text(string text) => "X" + Bytes(BitConverter.GetBytes(text.Length)) + text;

    public static string Integer(long value) => "\x8a\b" + Bytes(BitConverter.GetBytes(value));

    private static string Storage(long count, string key, string type) =>
        "(" + Text("storage") + $"ctorch\n{type}\n" + Text(key) + Text("cpu") + Integer(count) + "tQ";

    private static string Tuple(long[] values) => "(" + string.Concat(values.Select(Integer)) + "t";

    private static string Bytes(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static void Add(ZipArchive zip, string name, CompressionLevel level, byte[] bytes)
    {
        using var entry = zip.CreateEntry(name, level).Open();
        entry.Write(bytes);
    }
}
