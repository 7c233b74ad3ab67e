using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PetBreeds.Models.Weights;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Models.Weights;

public class SafeTensorsTests
{
    private static readonly Dictionary<string, string> NoTexts = [];

    [Theory]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Int8)]
    [InlineData(ScalarType.Int16)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.ComplexFloat32)]
    [InlineData(ScalarType.Bool)]
    public void Every_type_comes_back_bit_for_bit(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var matrix = tensor(new double[] { -1.5, 2, 0, 3.25, 100, -0.0 }).reshape(2, 3).to(type);
        (string, Tensor)[] written =
            [("matrix", matrix), ("transposed", matrix.t()), ("column", matrix[.., 1]), ("scalar", matrix[1, 2]), ("empty", matrix[..0])];
        using var scratch = new ScratchFile();
        SafeTensors.Write(scratch.Path, written, NoTexts);

        using var file = WeightFile.Open(scratch.Path);
        Assert.Equal("safetensors", file.Format);
        Assert.Equal(5, file.Tensors.Count);
        foreach (var (name, expected) in written)
        {
            var read = file.Read(name);
            Assert.Equal(type, read.dtype);
            Assert.Equal(expected.shape, read.shape);
            Assert.Equal(expected.contiguous().bytes.ToArray(), read.bytes.ToArray());
        }
    }

    [Fact]
    public void Not_a_number_keeps_its_payload()
    {
        using var scope = NewDisposeScope();
        var odd = tensor(new[] { BitConverter.Int32BitsToSingle(0x7fc0_1234), float.NegativeInfinity, float.Epsilon });
        using var scratch = new ScratchFile();
        SafeTensors.Write(scratch.Path, [("odd", odd)], NoTexts);
        using var file = WeightFile.Open(scratch.Path);
        Assert.Equal(odd.bytes.ToArray(), file.Read("odd").bytes.ToArray());
    }

    [Fact]
    public void The_file_is_aligned_deterministic_and_keeps_its_texts()
    {
        using var scope = NewDisposeScope();
        (string, Tensor)[] tensors = [("flag", tensor(new[] { true, false, true })), ("ключ \"1\"", ones(3)), ("wide", ones(2, float64))];
        using var scratch = new ScratchFile();
        var texts = new Dictionary<string, string> { ["classes"] = "[\"сиамская\"]", ["a"] = "" };
        SafeTensors.Write(scratch.Path, tensors, texts);
        var bytes = File.ReadAllBytes(scratch.Path);
        SafeTensors.Write(scratch.Path, tensors, texts.Reverse().ToDictionary()); // replaces the file
        Assert.Equal(bytes, File.ReadAllBytes(scratch.Path));
        Assert.False(File.Exists(scratch.Path + ".tmp"));

        using var file = WeightFile.Open(scratch.Path);
        Assert.Equal(["wide", "ключ \"1\"", "flag"], file.Tensors.Select(t => t.Name));
        Assert.Equal(texts.OrderBy(t => t.Key), file.Metadata.OrderBy(t => t.Key));
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(bytes) % 8);
        Assert.All(file.Tensors, t => Assert.Equal(0, t.Start % t.DType.ByteSize()));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), file.Sha256);
    }

    [Fact]
    public void What_the_format_cannot_hold_is_refused_and_nothing_is_left_behind()
    {
        using var scope = NewDisposeScope();
        using var scratch = new ScratchFile("before"u8.ToArray());
        var one = ones(1);
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(scratch.Path, [("a", one), ("a", one)], NoTexts));
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(scratch.Path, [("__metadata__", one)], NoTexts));
        var error = Assert.Throws<UserException>(() => SafeTensors.Write(scratch.Path, [("c", one.to(complex128))], NoTexts));
        Assert.Equal("safetensors has no type for the ComplexFloat64 tensor `c`", error.Problem);
        Assert.Equal("before"u8, File.ReadAllBytes(scratch.Path));

        var nowhere = Path.Combine(scratch.Path, "x.safetensors"); // a file is no folder
        Assert.Equal(nowhere, Assert.Throws<UserException>(() => SafeTensors.Write(nowhere, [("a", one)], NoTexts)).Place);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,16]}}""", "declares the tensor `a` with 2 elements in 16 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""",
        "declares the tensor `b` at bytes 8 to 12, where 16 to at most 16 is expected")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""",
        "at bytes 8 to 16")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[4,16]}}""", "at bytes 4 to 16")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "has 16 bytes of data, but declares 12")]
    [InlineData("""{"a":{"dtype":"F32","shape":[5],"data_offsets":[0,20]}}""", "at bytes 0 to 20")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}""", "at bytes 16 to 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}""", "the dimension -4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,16]}}""",
        "more elements than fit in any memory")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1e99],"data_offsets":[0,16]}}""", "the safetensors header is broken: ")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4.5],"data_offsets":[0,16]}}""", "the safetensors header is broken: ")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,4],"data_offsets":[0,16]}}""", "more than 16 integers")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[16],"data_offsets":[0,16]}}""", "type `F8_E4M3`")]
    [InlineData("""{"a":{"dtype":7,"shape":[4],"data_offsets":[0,16]}}""", "the safetensors header is broken: ")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0]}}""", "without dtype, shape or data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16],"code":"x"}}""", "`code` of the tensor `a`")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "`dtype` of the tensor `a`")]
    [InlineData("""{"a":[]}""", "the safetensors header is broken: ")]
    [InlineData("""{"__metadata__":{"a":1}}""", "the safetensors header is broken: ")]
    [InlineData("""{"__metadata__":{"a":{}}}""", "the safetensors header is broken: ")]
    [InlineData("""{"a":{"a":{"a":{"a":{"a":{}}}}}}""", "`a` of the tensor `a`")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "the safetensors header is broken: ")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"a":{"dtype":"F32","shape":[0],"data_offsets":[16,16]}}""",
        "`a` twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}} {}""", "the safetensors header is broken: ")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}""", "the safetensors header is broken: ")]
    [InlineData("""{"ÿ":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "not UTF-8")]
    public void Hostile_headers_are_refused(string header, string reason) => Assert.Contains(reason, ScratchFile.Refusal(File16(header)));

    [Fact]
    public void A_header_cannot_grow_without_end()
    {
        var tensors = Enumerable.Range(0, 200_001).Select(i => $$"""
            "{{i}}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}
            """);
        Assert.Contains("declares more than 200000 tensors", ScratchFile.Refusal(File16($"{{{string.Join(',', tensors)}}}")));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public void A_header_longer_than_the_file_is_refused(long length)
    {
        var bytes = File16("{}");
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        Assert.Contains("declares a safetensors header of", ScratchFile.Refusal(bytes));
    }

    /// <summary>The header, in Latin-1 so that ÿ is no UTF-8, and 16 bytes of data.</summary>
    private static byte[] File16(string header) =>
        [.. BitConverter.GetBytes((long)header.Length), .. Encoding.Latin1.GetBytes(header), .. new byte[16]];
}
