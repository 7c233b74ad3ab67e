using System.Buffers.Binary;

namespace PetBreeds.Catalog.Files;

/// <summary>Distinguishes a plain TIFF from camera raw files, most of which are based on TIFF.</summary>
internal static class TiffKind
{
    private const ushort Make = 0x010F, SubIfds = 0x014A, DngVersion = 0xC612;

    public static string? Of(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("II+\0"u8) || start.StartsWith("MM\0+"u8))
            return "BigTIFF";
        var little = start.StartsWith("II*\0"u8);
        if (!little && !start.StartsWith("MM\0*"u8))
            return null;
        if (start.Length >= 10 && start[8..10].SequenceEqual("CR"u8))
            return "camera raw (Canon CR2)";
        var (hasMake, hasSubIfds) = (false, false);
        foreach (var tag in Tags(start, little))
        {
            if (tag == DngVersion)
                return "camera raw (DNG)";
            hasMake |= tag == Make;
            hasSubIfds |= tag == SubIfds;
        }
        // NEF, ARW, PEF and similar formats: the first image is a preview, the raw data is in a subdirectory.
        return hasMake && hasSubIfds ? "camera raw" : "TIFF";
    }

    /// <summary>The tags of the first directory, if it is within the available bytes.</summary>
    private static List<ushort> Tags(ReadOnlySpan<byte> start, bool little)
    {
        var tags = new List<ushort>();
        if (start.Length < 8)
            return tags;
        var directory = little ? BinaryPrimitives.ReadUInt32LittleEndian(start[4..]) : BinaryPrimitives.ReadUInt32BigEndian(start[4..]);
        if (directory > start.Length - 2)
            return tags;
        var count = U16(start[(int)directory..], little);
        for (var at = (int)directory + 2; tags.Count < count && at + 12 <= start.Length; at += 12)
            tags.Add(U16(start[at..], little));
        return tags;
    }

    private static ushort U16(ReadOnlySpan<byte> s, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(s) : BinaryPrimitives.ReadUInt16BigEndian(s);
}
