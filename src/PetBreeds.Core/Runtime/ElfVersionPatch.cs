using System.Buffers.Binary;
using System.Text;

namespace PetBreeds.Runtime;

/// <summary>
/// Marks one symbol version required by an ELF library as weak, so that the loader accepts the library on systems without that version.
/// TorchSharp's libLibTorchSharp.so requires GLIBCXX_3.4.32 (newer than Debian 12, Ubuntu 22.04, RHEL 9) because of one symbol,
/// <c>std::ios_base_library_init</c>, which no relocation uses. On newer systems, the mark has no effect.
/// </summary>
/// <remarks>
/// Format: the System V ABI's 64-bit ELF header and section table; "Version Requirements" of the Linux Standard Base, section 10.7.
/// </remarks>
internal static class ElfVersionPatch
{
    private const uint SectionVersionNeed = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort FlagWeak = 2; // VER_FLG_WEAK

    /// <summary>Sets the weak flag on <paramref name="version"/> in the library's bytes.</summary>
    /// <returns>False if the bytes are not a little-endian 64-bit ELF file or do not require that version.</returns>
    public static bool MakeWeak(Span<byte> elf, string version)
    {
        if (elf.Length < 64 || !elf.StartsWith("\u007fELF\u0002\u0001"u8))
            return false;
        var sections = (int)BinaryPrimitives.ReadInt64LittleEndian(elf[0x28..]);
        var sectionSize = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3A..]);
        var sectionCount = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3C..]);
        for (var i = 0; i < sectionCount; i++)
        {
            var section = elf[(sections + i * sectionSize)..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) != SectionVersionNeed)
                continue;
            var names = elf[(sections + BinaryPrimitives.ReadInt32LittleEndian(section[0x28..]) * sectionSize)..];
            return MakeWeak(elf, Offset(section), Offset(names), Encoding.ASCII.GetBytes(version + "\0"));
        }
        return false;
    }

    private static int Offset(ReadOnlySpan<byte> section) => (int)BinaryPrimitives.ReadInt64LittleEndian(section[0x18..]);

    private static bool MakeWeak(Span<byte> elf, int need, int names, ReadOnlySpan<byte> version)
    {
        while (true)
        {
            var aux = need + Int32(elf, need + 8); // vn_aux
            for (var left = BinaryPrimitives.ReadUInt16LittleEndian(elf[(need + 2)..]); left > 0; left--)
            {
                if (elf[(names + Int32(elf, aux + 8))..].StartsWith(version)) // vna_name
                {
                    var flags = elf[(aux + 4)..];
                    BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | FlagWeak));
                    return true;
                }
                aux += Int32(elf, aux + 12); // vna_next
            }
            var next = Int32(elf, need + 12); // vn_next
            if (next == 0)
                return false;
            need += next;
        }
    }

    private static int Int32(ReadOnlySpan<byte> elf, int offset) => BinaryPrimitives.ReadInt32LittleEndian(elf[offset..]);
}
