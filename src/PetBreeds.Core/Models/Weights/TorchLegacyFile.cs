using System.Buffers.Binary;
using System.Numerics;

namespace PetBreeds.Models.Weights;

/// <summary>
/// The file format of PyTorch before 1.6: five pickles (magic number, protocol, machine, the value, the storages' keys), then, for each
/// key, the number of elements (int64) and the elements.
/// </summary>
internal static class TorchLegacyFile
{
    public const string Format = "PyTorch legacy";

    private const long Protocol = 1001;
    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356"); // 0x1950a86a20f9469cfc6c

    public static bool Recognise(ReadOnlySpan<byte> start) => start.Length > 1 && start[0] == 0x80 && start[1] is >= 2 and <= 5;

    /// <exception cref="UserException">The file is damaged, or contains something other than weights.</exception>
    public static StateDict Read(MappedFile file)
    {
        long position = 0;
        if (Next(file, ref position).Value is not BigInteger magic || magic != Magic)
        {
            throw new UserException("the file is a pickle, but was not written by PyTorch", file.Path,
                "Save model.state_dict() with torch.save.");
        }
        if (Next(file, ref position).Value is not Protocol)
            throw file.Damaged($"is not of PyTorch's protocol {Protocol}");
        if (Next(file, ref position).Value is not PickleDict machine || machine["little_endian"] is not true)
        {
            throw new UserException("the file's numbers are in big-endian byte order", file.Path,
                "Save it again on a little-endian machine.");
        }
        var root = Next(file, ref position);
        if (Next(file, ref position).Value is not List<object?> keys)
            throw file.Damaged("has no list of its storages");

        return StateDict.Read(file, root.Value, root.Globals, Places(file, keys, root.Storages, position));
    }

    private readonly record struct Pickle(object? Value, IReadOnlyCollection<PickleGlobal> Globals,
        Dictionary<string, PickleStorage> Storages);

    private static Pickle Next(MappedFile file, ref long position)
    {
        var length = (int)Math.Min(file.Length - position, PickleReader.MaxBytes);
        var pickle = new PickleReader(file, file.Slice(position, length));
        var value = pickle.Read();
        position += pickle.Position;
        return new(value, pickle.Globals.Values, pickle.Storages);
    }

    private static Dictionary<string, (long Start, long Bytes)> Places(
        MappedFile file, List<object?> keys, Dictionary<string, PickleStorage> storages, long position)
    {
        var places = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (key is not string name || !storages.TryGetValue(name, out var storage))
                throw file.Damaged("lists a storage that no tensor uses");
            var count = BinaryPrimitives.ReadInt64LittleEndian(file.Slice(position, sizeof(long)));
            var size = storage.DType.ByteSize();
            position += sizeof(long);
            if (count != storage.Count || count > (file.Length - position) / size || !places.TryAdd(name, (position, count * size)))
                throw file.Damaged($"is cut short or contradicts itself in storage {MappedFile.Quote(name)} of {storage.Count} elements");
            position += count * size;
        }
        return places;
    }
}
