using System.IO.Compression;
using System.Text;
using PetBreeds.Models.Weights;
using Xunit;
using static PetBreeds.Tests.Models.Weights.TorchArchive;

namespace PetBreeds.Tests.Models.Weights;

public class TorchFileTests
{
    private static readonly string Good = Tensor([2, 3], [3, 1]);

    [Theory]
    [InlineData(new long[] { 2, 3 }, new long[] { 3, 1 }, 0, new float[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(new long[] { 3, 2 }, new long[] { 1, 3 }, 0, new float[] { 0, 3, 1, 4, 2, 5 })]
    [InlineData(new long[] { 2 }, new long[] { 4 }, 1, new float[] { 1, 5 })]
    [InlineData(new long[] { 2, 2 }, new long[] { 0, 1 }, 3, new float[] { 3, 4, 3, 4 })]
    [InlineData(new long[] { 2, 2 }, new long[] { 1, 1 }, 0, new float[] { 0, 1, 1, 2 })]
    [InlineData(new long[] { }, new long[] { }, 5, new float[] { 5 })]
    [InlineData(new long[] { 1, 1, 2 }, new long[] { 99, 7, 1 }, 4, new float[] { 4, 5 })]
    [InlineData(new long[] { 3, 0 }, new long[] { 1, 1 }, 6, new float[] { })]
    public void Views_are_read_in_their_own_order(long[] shape, long[] strides, long offset, float[] expected)
    {
        using var scratch = new ScratchFile(Zip(Pickle(("w", Tensor(shape, strides, offset)))));
        using var file = WeightFile.Open(scratch.Path);
        using var tensor = file.Read("w");
        Assert.Equal(shape, tensor.shape);
        using var flat = tensor.view(-1);
        Assert.Equal(expected.Length, flat.shape[0]);
        Assert.Equal(expected, expected.Select((_, i) => flat[i].item<float>()));
    }

    [Fact]
    public void Tensors_inside_a_checkpoint_have_its_keys_before_their_names()
    {
        Assert.Equal(["best", "model.state_dict.module.a"],
            Names(Pickle(("best", Good), ("model", Items(("state_dict", Items(("module.a", Good))), ("epoch", "K\x03"))))));
        Assert.Equal(["a"], Names(Pickle(("a", Good), ("num_batches", "K\x03"), ("a", Good))));
        Assert.Equal(["0.a", "1.0.b"], Names("\x80\x02" + Items(("a", Good)) + "](" + Items(("b", Good)) + "e\x86."));
        Assert.Equal(["optimizer.0.step"], Names(Pickle(("optimizer", "}(K\0" + Items(("step", Good)) + "u")))); // numbers are keys, too
        Assert.Equal(["once.a"], Names(Pickle(("once", Items(("a", Good)) + "q\x01"), ("again", "h\x01")))); // one dict under two keys
    }

    [Theory]
    [InlineData("cargparse\nNamespace\n)\u0081}(X\u0002\0\0\0lrNub")]
    [InlineData("ccollections\nCounter\n}(K\u001eK\u0001K\u003cK\u0001u\u0085R")]
    [InlineData("ccollections\ndefaultdict\ncbuiltins\nlist\n\u0085R(K\u0001Nu")]
    [InlineData("ccollections\ndeque\n)K\u0003\u0086R(K\u0001K\u0002e")]
    [InlineData("cpathlib\nPosixPath\n(X\u0001\0\0\0/X\u0001\0\0\0atR")]
    [InlineData("cdatetime\ndatetime\nC\u000a0123456789\u0085R")]
    [InlineData("c_codecs\nencode\nX\u0001\0\0\0aX\u0006\0\0\0latin1\u0086R")]
    [InlineData("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\u0085C\u0001b\u0087R"
        + "(K\u0001K\u0001\u0085cnumpy\ndtype\nX\u0002\0\0\0f8\u0085R\u0089C\u000812345678tb")]
    [InlineData("cnumpy._core.multiarray\nscalar\ncnumpy\ndtype\nX\u0002\0\0\0f8\u0085R(K\u0003X\u0001\0\0\0<NNNtbC\u000812345678\u0086R")]
    [InlineData("ctorch\ndevice\nX\u0003\0\0\0cpu\u0085R")]
    [InlineData("ctorch\nfloat16\n")]
    [InlineData("ctorch.torch_version\nTorchVersion\nX\u0001\0\0\01\u0085\u0081")]
    [InlineData("c__main__\nConfig\n)}\u0092}(NNub")] // NEWOBJ_EX
    [InlineData("(i__main__\nOld\n}b")] // INST
    [InlineData("(c__main__\nOld\nK\u0001o}b")] // OBJ
    [InlineData("cbuiltins\ngetattr\ncx\ny\nX\u0001\0\0\0z\u0086R)R")] // what a method would make
    [InlineData("cmmcv\nList\n)\u0081(K\u0001K\u0002e")]
    [InlineData("ccopy_reg\n_reconstructor\ncx\ny\nc__builtin__\nobject\nN\u0087R}b")]
    [InlineData("ctorch._utils\n_rebuild_qtensor\n(K\u0001tR")]
    [InlineData("(X\u0007\0\0\0storagectorch\nQInt8Storage\nX\u0001\0\0\u00009X\u0003\0\0\0cpuK\u0006tQ")]
    [InlineData("ctorch.nn.modules.linear\nLinear\n)\u0081}b")]
    public void What_is_kept_beside_the_weights_is_passed_over(string value) =>
        Assert.Equal(["state_dict.a"], Names(Pickle(("other", value), ("state_dict", Items(("a", Good))), ("more", value))));

    [Fact]
    public void Weights_are_found_in_dicts_and_tensors_of_any_class()
    {
        Assert.Equal(["model.a"], Names(Pickle(("model", "cmmcv\nConfigDict\n)\x81(" + Text("a") + Good + "u}b"))));
        var parameter = "ctorch._utils\n_rebuild_parameter_with_state\n(" + Good + "\x88}}tR";
        Assert.Equal(["a"], Names(Pickle(("a", parameter))));
        var arguments = "(" + Good[(Good.IndexOf('(') + 1)..^1];
        Assert.Equal(["a"], Names(Pickle(
            ("a", "ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._utils\n_rebuild_tensor_v2\n"
                + "cfastai.torch_core\nTensorBase\n" + arguments + "}tR"))));
    }

    [Fact]
    public void A_dict_inside_itself_or_nested_without_end_is_only_a_dict_without_tensors()
    {
        Assert.Contains("not a state dict", Refuse("\x80\x02}q\0" + "(" + string.Concat(
            new[] { "model", "net", "state_dict", "weights" }.Select(key => Text(key) + "h\0")) + "u."));
        Assert.Contains("not a state dict", Refuse(
            "\x80\x02" + string.Concat(Enumerable.Repeat("}" + Text("model"), 100_000)) + "N" + new string('s', 100_000) + "."));
    }

    [Theory]
    [InlineData(new long[] { 2, 3 }, new long[] { 3, 1 }, 1, "extends beyond its storage of 6")]
    [InlineData(new long[] { 2, 3 }, new long[] { 4, 1 }, 0, "extends beyond its storage of 6")]
    [InlineData(new long[] { 7 }, new long[] { 1 }, 0, "extends beyond its storage of 6")]
    [InlineData(new long[] { 2, 2 }, new long[] { long.MaxValue, long.MaxValue }, 0, "extends beyond")]
    [InlineData(new long[] { 1 }, new long[] { 1 }, long.MaxValue, "extends beyond")]
    [InlineData(new long[] { 1 }, new long[] { 1 }, -1, "the offset -1")]
    [InlineData(new long[] { 2 }, new long[] { -1 }, 1, "the stride -1")]
    [InlineData(new long[] { -2 }, new long[] { 1 }, 0, "the dimension -2")]
    [InlineData(new long[] { 1L << 40 }, new long[] { 0 }, 0, "more than the whole file")]
    [InlineData(new long[] { 1L << 32, 1L << 32 }, new long[] { 0, 0 }, 0, "more elements than fit in any memory")]
    [InlineData(new long[] { 1L << 62, 0, 1L << 62 }, new long[] { 0, 0, 0 }, 0, "more elements than fit in any memory")]
    public void A_tensor_that_leads_astray_is_refused(long[] shape, long[] strides, long offset, string reason)
    {
        var problem = Refuse(Pickle(("w", Tensor(shape, strides, offset))));
        Assert.Contains($"holds the tensor `w` of shape [{string.Join(", ", shape)}], which ", problem);
        Assert.Contains(reason, problem);
    }

    [Fact]
    public void A_tensor_has_a_stride_for_each_dimension() => Assert.Contains(
        "calls `torch._utils._rebuild_tensor_v2` with invalid arguments", Refuse(Pickle(("w", Tensor([2, 3], [1])))));

    [Fact]
    public void Storages_must_be_there_and_large_enough()
    {
        Assert.Contains("lacks the zip entry `w/data/1`", Refuse(Pickle(("w", Tensor([1], [1], key: "1")))));
        Assert.Contains("lacks the zip entry `w/data/../data.pkl`", Refuse(Pickle(("w", Tensor([1], [1], key: "../data.pkl")))));
        Assert.Contains("lacks bytes of the storage `0` of 7 elements", Refuse(Pickle(("w", Tensor([1], [1], count: 7)))));
        Assert.Contains("lacks bytes of the storage `0` of 6 elements", Refuse(Pickle(("w", Tensor([1], [1], type: "DoubleStorage")))));
        Assert.Contains("without type, key or size", Refuse(Pickle(("w", Tensor([1], [1], count: -1)))));
    }

    [Theory]
    [InlineData("cos\nsystem\n", "asks to run `os.system`")]
    [InlineData("\x8c\x02os\x8c\x06system\x93", "asks to run `os.system`")]
    [InlineData("c__builtin__\neval\n", "asks to run `__builtin__.eval`")]
    [InlineData("(ios\nsystem\n", "asks to run `os.system`")]
    [InlineData("ctorchvision.models.resnet\nResNet\n", "whole module (`torchvision.models.resnet.ResNet`)")]
    [InlineData("ctorch._utils\n_rebuild_qtensor\n", "neither a plain tensor nor a plain container")]
    [InlineData("ctorch\nQInt8Storage\n", "neither a plain tensor")]
    [InlineData("csubprocess\nPopen\n", "asks to run `subprocess.Popen`")]
    [InlineData("cos.path\njoin\n", "asks to run `os.path.join`")]
    [InlineData("c__main__\nConfig\n)\x81", "an object of the class `__main__.Config`, not a state dict")]
    [InlineData("(o", "creates an object without a class")]
    [InlineData("ctorch\nFloatStorage\n)R", "calls `torch.FloatStorage`")]
    [InlineData("K\x01)R", "calls `?` with invalid arguments")]
    [InlineData("K\x01K\u0001a", "appends to an object that is not a list")]
    [InlineData("K\x01K\x01K\u0001s", "sets items of an object that is not a dict")]
    [InlineData("K\x01}b", "sets attributes on an object that has none")]
    [InlineData("R", "pops from an empty stack")]
    [InlineData("(0", "pops from an empty stack")]
    [InlineData("2", "pops from an empty stack")]
    [InlineData("t", "lacks a mark")]
    [InlineData("\x80\x06", "has a pickle of protocol 6")]
    [InlineData("K\x01K\x01\x93", "calls something without a name")]
    [InlineData("h\x07", "recalls the value 7, which it never stored")]
    [InlineData("X\xff\xff\xff\xff", "in the middle of its pickle")]
    [InlineData("\x8d\xff\xff\xff\xff\xff\xff\xff\xff", "in the middle of its pickle")]
    [InlineData("X\x01\0\0\0\xff", "not UTF-8")]
    [InlineData("\x8b\xff\xff\0\0", "an integer of 65535 bytes")]
    [InlineData("\x82\x01", "has the pickle instruction 0x82 at byte 2, which PyTorch never writes")]
    public void A_pickle_that_wants_more_than_tensors_is_refused(string instructions, string reason) =>
        Assert.Contains(reason, Refuse("\x80\x02" + instructions + "."));

    [Fact]
    public void A_pickle_cannot_grow_without_end()
    {
        Assert.Contains("more than 2000000 instructions", Refuse("\x80\x02" + new string('N', 2_000_001) + "."));
        Assert.Contains($"has a pickle of {(64 << 20) + 1} bytes", Refuse(new string('N', (64 << 20) + 1)));
        // One long list of pairs, recalled for a hundred thousand dicts: linear work, or this test takes minutes.
        var pairs = "](" + string.Concat(Enumerable.Repeat("NN\x86", 100_000)) + "eq\0";
        var dicts = string.Concat(Enumerable.Repeat("ccollections\nOrderedDict\nh\0\x85R0", 100_000));
        Assert.Contains("not a state dict", Refuse("\x80\x02" + pairs + dicts + "."));
    }

    [Fact]
    public void Foreign_archives_are_called_by_their_name()
    {
        var good = Pickle(("w", Good));
        Assert.Contains("`w/data.pkl` is compressed (method 8)", ScratchFile.Refusal(Zip(good, CompressionLevel.Optimal)));
        Assert.Contains("the file's numbers are in the byte order `big`", ScratchFile.Refusal(Zip(good, more: ("w/byteorder", "big"))));
        Assert.Contains("TorchScript", ScratchFile.Refusal(Zip(good, CompressionLevel.Optimal, ("w/constants.pkl", ""))));
        Assert.Contains("contradictory zip entry", ScratchFile.Refusal(Zip(good, more: ("w/data/0", ""))));
        Assert.Contains("a web page", ScratchFile.Refusal("\n<!DOCTYPE html><title>404</title>"u8.ToArray()));
        Assert.Contains("Git LFS pointer", ScratchFile.Refusal("version https://git-lfs.github.com/spec/v1\n"u8.ToArray()));
        Assert.Contains("not written by PyTorch", ScratchFile.Refusal(Encoding.Latin1.GetBytes("\x80\x02}.")));
        Assert.Contains("empty", ScratchFile.Refusal([]));
        Assert.Contains("is a gzip archive", ScratchFile.Refusal([0x1f, 0x8b, 8]));
        Assert.Contains("is an HDF5 file", ScratchFile.Refusal([0x89, .. "HDF\r\n"u8]));
        Assert.Contains("unknown kind", ScratchFile.Refusal([1]));
        Assert.Equal(["w"], Names(good, ("w/byteorder", "little")));
    }

    [Fact]
    public void Zip64_entries_are_found_where_their_extra_field_says()
    {
        using var scratch = new ScratchFile(Zip64(Pickle(("w", Good))));
        using var file = WeightFile.Open(scratch.Path);
        using var tensor = file.Read("w");
        Assert.Equal(5, tensor[1, 2].item<float>());
    }

    [Fact]
    public void Legacy_views_count_from_their_own_beginning()
    {
        using var scratch = new ScratchFile(Legacy(Pickle(("w", Tensor([2], [1], 1, view: (2, 3))))));
        using var file = WeightFile.Open(scratch.Path);
        using var tensor = file.Read("w");
        Assert.Equal((3f, 4f), (tensor[0].item<float>(), tensor[1].item<float>()));

        Assert.Contains("extends beyond its storage of 3", ScratchFile.Refusal(Legacy(Pickle(("w", Tensor([2], [1], 2, view: (2, 3)))))));
        Assert.Contains("a view that extends beyond", ScratchFile.Refusal(Legacy(Pickle(("w", Tensor([2], [1], view: (4, 3)))))));
        Assert.Contains("contradicts itself", ScratchFile.Refusal(Legacy(Pickle(("w", Tensor([2], [1], count: 5))))));
        Assert.Contains("cut short", ScratchFile.Refusal(Legacy(Pickle(("w", Good)))[..^1]));
        Assert.Contains("has no list of its storages",
            ScratchFile.Refusal(Legacy(Pickle(("w", Good)), storages: Pickle(("0", Text("0"))))));
        Assert.Contains("that no tensor uses", ScratchFile.Refusal(Legacy(Pickle(("w", Tensor([2], [1], key: "1"))))));
    }

    [Fact]
    public void A_big_endian_legacy_file_is_refused()
    {
        var bytes = File.ReadAllBytes(PetBreeds.Tests.Golden.Path("weights/legacy.pth"));
        var flag = bytes.AsSpan().IndexOf("little_endian"u8) + "little_endian"u8.Length + 2; // past BINPUT
        Assert.Equal(0x88, bytes[flag]);
        bytes[flag] = 0x89;
        Assert.Contains("the file's numbers are in big-endian byte order", ScratchFile.Refusal(bytes));
    }

    [Fact]
    public void A_legacy_file_of_another_protocol_is_refused()
    {
        var bytes = File.ReadAllBytes(PetBreeds.Tests.Golden.Path("weights/legacy.pth"));
        var protocol = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[(byte)'M', 0xE9, 0x03]); // 1001
        bytes[protocol + 1]++;
        Assert.Contains("is not of PyTorch's protocol 1001", ScratchFile.Refusal(bytes));
    }

    [Fact]
    public void Missing_files_and_tensors_are_named()
    {
        Assert.Contains("no such weight file", Assert.Throws<UserException>(() => WeightFile.Open("nowhere/x.pth")).Problem);
        using var scratch = new ScratchFile(Zip(Pickle(("w", Good))));
        var file = WeightFile.Open(scratch.Path);
        Assert.Contains("no tensor `fc.weight`", Assert.Throws<UserException>(() => file.Read("fc.weight")).Problem);
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Read("w"));
    }

    [Fact]
    public void A_pipe_is_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files");
        var pipe = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.pth");
        using (var made = System.Diagnostics.Process.Start("mkfifo", pipe))
            made.WaitForExit();
        var error = Assert.Throws<UserException>(() => WeightFile.Open(pipe));
        File.Delete(pipe);
        Assert.Contains("a pipe, a socket or a device", error.Problem);
    }

    private static string Refuse(string pickle) => ScratchFile.Refusal(Zip(pickle));

    private static List<string> Names(string pickle, params (string Name, string Text)[] more)
    {
        using var scratch = new ScratchFile(Zip(pickle, more: more));
        using var file = WeightFile.Open(scratch.Path);
        return [.. file.Tensors.Select(t => t.Name)];
    }
}
