using System.Runtime.InteropServices;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Distributed;

/// <summary>
/// Sums between NVIDIA GPUs, one per rank, by NCCL. The tests check only how its functions are called: it has not run on GPUs yet.
/// </summary>
internal sealed unsafe class Nccl : IDisposable
{
    private const int Add = 0; // ncclSum

    private readonly delegate* unmanaged<int, byte*> _errorString;
    private readonly delegate* unmanaged<void*, void*, nuint, int, int, nint, nint, int> _allReduce;
    private readonly delegate* unmanaged<nint, int> _destroy;
    private readonly delegate* unmanaged<int, nint*, int> _newGuard;
    private readonly delegate* unmanaged<nint, int> _deleteGuard;
    private readonly delegate* unmanaged<int, nint*, int> _currentStream;
    private readonly int _device;
    private nint _communicator;

    /// <summary>Connects the ranks, all of which do this at the same time.</summary>
    /// <param name="find">The address of a function of NCCL or of libtorch's CUDA library; 0 if there is none.</param>
    /// <param name="ranks">The ranks, already connected in another way.</param>
    /// <param name="device">The index of this rank's GPU.</param>
    public Nccl(Func<string, nint> find, IProcessGroup ranks, int device)
    {
        _device = device;
        _errorString = (delegate* unmanaged<int, byte*>)Get("ncclGetErrorString");
        _allReduce = (delegate* unmanaged<void*, void*, nuint, int, int, nint, nint, int>)Get("ncclAllReduce");
        _destroy = (delegate* unmanaged<nint, int>)Get("ncclCommDestroy");
        _newGuard = (delegate* unmanaged<int, nint*, int>)Get("aoti_torch_create_cuda_guard");
        _deleteGuard = (delegate* unmanaged<nint, int>)Get("aoti_torch_delete_cuda_guard");
        _currentStream = (delegate* unmanaged<int, nint*, int>)Get("aoti_torch_get_current_cuda_stream");
        var newId = (delegate* unmanaged<UniqueId*, int>)Get("ncclGetUniqueId");
        var connect = (delegate* unmanaged<nint*, int, UniqueId, int, int>)Get("ncclCommInitRank");

        UniqueId id;
        if (ranks.Rank == 0)
            Check(newId(&id), "ncclGetUniqueId");
        ranks.Broadcast(new Span<byte>(&id, sizeof(UniqueId)));
        nint communicator = 0;
        var guard = Select();
        try
        {
            Check(connect(&communicator, ranks.Size, id, ranks.Rank), "ncclCommInitRank");
        }
        finally
        {
            _ = _deleteGuard(guard);
        }
        _communicator = communicator;

        nint Get(string name) => find(name) is var function and not 0 ? function
            : throw new UserException($"ranks with GPUs need NCCL 2 and libtorch for CUDA, which lack {name}", remedy: Remedy);
    }

    private static string Remedy => "Install NCCL (on Debian and Ubuntu libnccl2, from NVIDIA's repository), or train with `device cpu`.";

    /// <summary>Loads NCCL, libtorch's copy first, and connects the ranks.</summary>
    public static Nccl Start(IProcessGroup ranks, int device)
    {
        var folder = TorchRuntime.EnsureLoaded().Folder;
        if (!NativeLibrary.TryLoad(Path.Combine(folder, "libnccl.so.2"), out var nccl) && !NativeLibrary.TryLoad("libnccl.so.2", out nccl))
            throw new UserException("libnccl.so.2, which connects ranks with GPUs, was not found", remedy: Remedy);
        NativeLibrary.TryLoad(Path.Combine(folder, "libtorch_cuda.so"), out var torchCuda);
        return new(Find, ranks, device);

        nint Find(string name) => NativeLibrary.TryGetExport(nccl, name, out var address)
            || torchCuda != 0 && NativeLibrary.TryGetExport(torchCuda, name, out address) ? address : 0;
    }

    /// <summary>Replaces the values by their sum over all ranks, on libtorch's current stream: later operations see it.</summary>
    public void Sum(Tensor values)
    {
        var type = values.dtype switch
        {
            ScalarType.Float32 => 7,
            ScalarType.Float64 => 8,
            ScalarType.BFloat16 => 9,
            var other => throw new ArgumentException($"NCCL is not asked to add {other}", nameof(values)),
        };
        Sum(TensorData.Address(values), values.numel(), type);
        GC.KeepAlive(values);
    }

    /// <summary>The same, with the type as NCCL's number.</summary>
    internal void Sum(void* values, long count, int type)
    {
        nint stream;
        Require(_currentStream(_device, &stream));
        var guard = Select();
        try
        {
            Check(_allReduce(values, values, (nuint)count, type, Add, _communicator, stream), "ncclAllReduce");
        }
        finally
        {
            _ = _deleteGuard(guard);
        }
    }

    public void Dispose()
    {
        if (_communicator != 0)
            _ = _destroy(_communicator);
        _communicator = 0;
    }

    /// <summary>Makes this rank's GPU the current one of this thread, for NCCL takes that one.</summary>
    private nint Select()
    {
        nint guard;
        Require(_newGuard(_device, &guard));
        return guard;
    }

    private static void Require(int failed)
    {
        if (failed != 0)
            throw new InvalidOperationException("libtorch cannot use a GPU; its message is on standard error");
    }

    private void Check(int code, string function)
    {
        if (code != 0)
            throw new UserException($"NCCL reports an error: {Marshal.PtrToStringUTF8((nint)_errorString(code))}", function);
    }

    /// <summary>ncclUniqueId, which is passed by value.</summary>
    internal struct UniqueId
    {
        internal fixed byte Bytes[128];
    }
}
