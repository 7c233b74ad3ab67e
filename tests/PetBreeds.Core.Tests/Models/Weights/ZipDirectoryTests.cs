using System.Buffers.Binary;
using PetBreeds.Models.Weights;
using Xunit;
using static PetBreeds.Tests.Models.Weights.TorchArchive;

namespace PetBreeds.Tests.Models.Weights;

public class ZipDirectoryTests
{
    private static readonly byte[] Good = Zip(Pickle(("w", Tensor([2, 3], [3, 1]))));

    [Fact]
    public void Bytes_outside_the_file_are_never_given()
    {
        using var scratch = new ScratchFile(new byte[100]);
        using var file = MappedFile.Open(scratch.Path);
        Assert.Equal(100, file.Slice(0, 100).Length);
        Assert.Equal(0, file.Slice(100, 0).Length);
        (long, int)[] outside = [(0, 101), (100, 1), (101, 0), (-1, 1), (1, -1), (long.MaxValue, 1), (long.MinValue, 1)];
        foreach (var (offset, length) in outside)
            Assert.Throws<UserException>(() => file.Slice(offset, length).Length);
    }

    [Theory]
    [InlineData(20, 25, 24, 25, "of 25 bytes, which extends beyond the file")] // sizes of the last entry: one more than there is
    [InlineData(20, 0x7fffffff, 24, 0x7fffffff, "which extends beyond the file")]
    [InlineData(20, -1, 24, -1, "broken zip64 entry")]
    [InlineData(20, 23, 24, 24, "contradictory zip entry")]
    [InlineData(42, 0x7fffffff, 42, 0x7fffffff, "bytes at offset 2147483647")] // where its local header is
    [InlineData(42, 0, 42, 0, "no zip entry `w/data/0` where its directory says")]
    [InlineData(8, 1, 10, 0, "encrypted")]
    [InlineData(28, 2000, 28, 2000, "broken zip directory")]
    [InlineData(0, 0, 0, 0, "broken zip directory")]
    public void An_entry_that_leads_astray_is_refused(int first, int value, int second, int otherValue, string reason)
    {
        var bytes = Good.ToArray();
        var entry = bytes.AsSpan(bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8));
        Write(entry[first..], value, first is 8 or 10 or 28);
        Write(entry[second..], otherValue, second is 8 or 10 or 28);
        Assert.Contains(reason, ScratchFile.Refusal(bytes));
    }

    [Theory]
    [InlineData(10, 0x7fff, "a zip directory of 32767 entries")]
    [InlineData(12, 0x7fffffff, "in 2147483647 bytes")]
    [InlineData(16, 0x7fffffff, "at offset 2147483647")]
    [InlineData(20, 1, "cut short")] // a comment that is not there
    public void A_directory_that_leads_astray_is_refused(int at, int value, string reason)
    {
        var bytes = Good.ToArray();
        Write(bytes.AsSpan(bytes.Length - 22 + at), value, at is 10 or 20);
        Assert.Contains(reason, ScratchFile.Refusal(bytes));
    }

    [Fact]
    public void A_zip64_directory_that_is_not_there_is_refused()
    {
        var bytes = Zip64(Pickle(("w", Tensor([2, 3], [3, 1]))));
        bytes[bytes.AsSpan().LastIndexOf("PK\u0006\u0006"u8)]++;
        Assert.Contains("has no zip64 directory where its end says", ScratchFile.Refusal(bytes));
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        foreach (var whole in new[] { Good, Zip64(Pickle(("w", Tensor([2, 3], [3, 1])))), Legacy(Pickle(("w", Tensor([2, 3], [3, 1])))) })
        {
            for (var length = 0; length < whole.Length; length++)
                ScratchFile.Refusal(whole[..length]);
        }
    }

    private static void Write(Span<byte> at, int value, bool half)
    {
        if (half)
            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)value);
        else
            BinaryPrimitives.WriteInt32LittleEndian(at, value);
    }
}
