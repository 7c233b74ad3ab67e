using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using PetBreeds.Distributed;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Distributed;

/// <summary>How NCCL is called, with a stub in its place; no GPU is needed.</summary>
public unsafe class NcclTests
{
    private static readonly List<string> Calls = [];
    private static byte* _text;

    public NcclTests() => Calls.Clear();

    [Theory]
    [InlineData(0, "newId()", 7)]
    [InlineData(1, "broadcast from rank 0", 8)]
    public void Ranks_connect_by_the_number_of_rank_0_and_add_on_the_stream_of_libtorch(int rank, string first, int idStart)
    {
        using (var nccl = new Nccl(Find, new Ranks(rank), device: 3))
        {
            using var values = zeros(5);
            nccl.Sum(values);
            using var halves = zeros(4, ScalarType.BFloat16);
            nccl.Sum(halves);
            using var doubles = zeros(3, ScalarType.Float64);
            nccl.Sum(doubles);
            using var whole = zeros(3, ScalarType.Int32);
            Assert.Throws<ArgumentException>(() => nccl.Sum(whole));
        }

        Assert.Equal(
        [
            .. rank == 0 ? ["newId()", "broadcast from rank 0"] : new[] { first },
            "guard(3)", $"connect(4, {idStart}…{idStart + 127}, {rank})", "unguard(99)",
            "stream(3)", "guard(3)", "add(in place, 5, 7, 0, 1234, 5678)", "unguard(99)",
            "stream(3)", "guard(3)", "add(in place, 4, 9, 0, 1234, 5678)", "unguard(99)",
            "stream(3)", "guard(3)", "add(in place, 3, 8, 0, 1234, 5678)", "unguard(99)",
            "destroy(1234)",
        ], Calls);
    }

    [Fact]
    public void An_error_is_told_in_the_words_of_NCCL()
    {
        using var nccl = new Nccl(Find, new Ranks(1), device: 0);

        var error = Assert.Throws<UserException>(() => nccl.Sum(null, count: -1, type: 7));

        Assert.Equal("ncclAllReduce: NCCL reports an error: the words of 2", error.Message);
        Assert.Equal("unguard(99)", Calls[^1]);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        var error = Assert.Throws<UserException>(() => new Nccl(name => name == "ncclAllReduce" ? 0 : Find(name), new Ranks(0), device: 0));
        Assert.Equal("ranks with GPUs need NCCL 2 and libtorch for CUDA, which lack ncclAllReduce", error.Problem);
        Assert.Contains("`device cpu`", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_NCCL_GPUs_are_not_connected()
    {
        Assert.SkipWhen(NativeLibrary.TryLoad("libnccl.so.2", out _), "NCCL is installed");
        Assert.Equal("libnccl.so.2, which connects ranks with GPUs, was not found",
            Assert.Throws<UserException>(() => Nccl.Start(new Ranks(0), device: 0)).Problem);
    }

    private static nint Find(string name) => name switch
    {
        "ncclGetErrorString" => (nint)(delegate* unmanaged<int, byte*>)&ErrorString,
        "ncclAllReduce" => (nint)(delegate* unmanaged<void*, void*, nuint, int, int, nint, nint, int>)&AllReduce,
        "ncclCommDestroy" => (nint)(delegate* unmanaged<nint, int>)&Destroy,
        "ncclGetUniqueId" => (nint)(delegate* unmanaged<byte*, int>)&NewId,
        "ncclCommInitRank" => (nint)(delegate* unmanaged<nint*, int, Id, int, int>)&Connect,
        "aoti_torch_create_cuda_guard" => (nint)(delegate* unmanaged<int, nint*, int>)&NewGuard,
        "aoti_torch_delete_cuda_guard" => (nint)(delegate* unmanaged<nint, int>)&DeleteGuard,
        "aoti_torch_get_current_cuda_stream" => (nint)(delegate* unmanaged<int, nint*, int>)&CurrentStream,
        _ => 0,
    };

    private static int Say(string call)
    {
        Calls.Add(call);
        return 0;
    }

    [UnmanagedCallersOnly]
    private static byte* ErrorString(int code)
    {
        if (_text == null)
            _text = (byte*)Marshal.StringToCoTaskMemUTF8($"the words of {code}"); // lives as long as the process, as NCCL's own
        return _text;
    }

    [UnmanagedCallersOnly]
    private static int AllReduce(void* from, void* to, nuint count, int type, int operation, nint communicator, nint stream)
    {
        if (count > int.MaxValue)
            return 2;
        return Say($"add({(from == to ? "in place" : "")}, {count}, {type}, {operation}, {communicator}, {stream})");
    }

    [UnmanagedCallersOnly]
    private static int Destroy(nint communicator) => Say($"destroy({communicator})");

    [UnmanagedCallersOnly]
    private static int NewId(byte* id)
    {
        for (var i = 0; i < 128; i++)
            id[i] = (byte)(7 + i);
        return Say("newId()");
    }

    [UnmanagedCallersOnly]
    private static int Connect(nint* communicator, int ranks, Id id, int rank)
    {
        *communicator = 1234;
        return Say($"connect({ranks}, {id.Bytes[0]}…{id.Bytes[127]}, {rank})");
    }

    [UnmanagedCallersOnly]
    private static int NewGuard(int device, nint* guard)
    {
        *guard = 99;
        return Say($"guard({device})");
    }

    [UnmanagedCallersOnly]
    private static int DeleteGuard(nint guard) => Say($"unguard({guard})");

    [UnmanagedCallersOnly]
    private static int CurrentStream(int device, nint* stream)
    {
        *stream = 5678;
        return Say($"stream({device})");
    }

    private struct Id
    {
        internal fixed byte Bytes[128];
    }

    /// <summary>Four ranks; rank 0 of them has a number that starts with 8 instead of 7, as long as it is not this one.</summary>
    private sealed class Ranks(int rank) : IProcessGroup
    {
        public int Rank => rank;

        public int Size => 4;

        public int LocalRank => rank;

        public int LocalSize => 4;

        public string Description => "";

        public void Broadcast(Span<byte> data, int root = 0)
        {
            Assert.Equal(128, data.Length);
            for (var i = 0; rank != root && i < data.Length; i++)
                data[i] = (byte)(8 + i);
            Say($"broadcast from rank {root}");
        }

        public void Sum(Tensor values) => throw new NotSupportedException();

        public byte[][] Gather(ReadOnlySpan<byte> data) => throw new NotSupportedException();

        public void Barrier() => throw new NotSupportedException();

        [DoesNotReturn]
        public void Abort(int code) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
