using System.Text;

namespace PetBreeds.Models.Weights;

/// <summary>
/// The file format of PyTorch since 1.6: a zip archive of a pickle, <c>data.pkl</c>, and one entry per storage, <c>data/KEY</c>.
/// </summary>
internal static class TorchZipFile
{
    public const string Format = "PyTorch zip";

    public static bool Recognise(ReadOnlySpan<byte> start) => start.StartsWith("PK\u0003\u0004"u8);

    /// <exception cref="UserException">The archive is damaged, or contains something other than weights.</exception>
    public static StateDict Read(MappedFile file)
    {
        var archive = ZipDirectory.Read(file);
        var folder = Folder(file, archive); // "archive/", "resnet18/": named after the file as it was first saved
        RefuseBigEndian(file, archive, folder);

        var (start, length) = archive.Find($"{folder}data.pkl")!.Value;
        if (length > PickleReader.MaxBytes)
            throw file.Damaged($"has a pickle of {length} bytes");
        var pickle = new PickleReader(file, file.Slice(start, (int)length));
        var root = pickle.Read();
        var storages = pickle.Storages.Keys.ToDictionary(key => key, key => Storage(file, archive, $"{folder}data/{key}"));
        return StateDict.Read(file, root, pickle.Globals.Values, storages);
    }

    private static (long Start, long Bytes) Storage(MappedFile file, ZipDirectory archive, string entry) =>
        archive.Find(entry) ?? throw file.Damaged($"lacks the zip entry {MappedFile.Quote(entry)}");

    private static string Folder(MappedFile file, ZipDirectory archive)
    {
        foreach (var name in archive.Names)
        {
            var slash = name.IndexOf('/') + 1;
            if (slash > 0 && name[slash..] == "constants.pkl")
            {
                throw new UserException("the file is a TorchScript program, not a state dict", file.Path,
                    "Save model.state_dict() with torch.save instead.");
            }
        }
        var pickle = archive.Names.FirstOrDefault(name => name.IndexOf('/') is var slash && name[(slash + 1)..] == "data.pkl")
            ?? throw new UserException("the zip archive was not written by PyTorch: it has no data.pkl", file.Path,
                "If this is a zip of a weight file, unpack it first.");
        return pickle[..^"data.pkl".Length];
    }

    private static void RefuseBigEndian(MappedFile file, ZipDirectory archive, string folder)
    {
        // Written since PyTorch 2.1; earlier files are from little-endian machines.
        if (archive.Find($"{folder}byteorder") is not { } record)
            return;
        if (record.Length is 6 && file.Slice(record.Start, 6).SequenceEqual("little"u8))
            return;
        var order = Encoding.Latin1.GetString(file.Slice(record.Start, (int)Math.Min(record.Length, 16)));
        throw new UserException($"the file's numbers are in the byte order {MappedFile.Quote(order)}", file.Path,
            "Save it again on a little-endian machine.");
    }
}
