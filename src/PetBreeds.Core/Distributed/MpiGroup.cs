using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Distributed;

/// <summary>Ranks that a launcher has started, connected by MPI; CUDA tensors go through <see cref="Nccl"/>.</summary>
internal sealed unsafe class MpiGroup : IProcessGroup
{
    /// <summary>MPI counts with 32 bits.</summary>
    private const int LongestPiece = 1 << 30;

    private readonly MpiLibrary _mpi;
    private readonly nint _ranks;
    private readonly Heartbeat? _heartbeat;
    private Nccl? _nccl;
    private bool _isDisposed;

    /// <param name="mpi">MPI, not yet started.</param>
    /// <param name="tasks">How many processes the launcher has started, if that is known.</param>
    /// <param name="timeout">How long a rank may be silent.</param>
    /// <param name="lost">Receives one line when a rank no longer answers, before the job ends.</param>
    public MpiGroup(MpiLibrary mpi, int? tasks, TimeSpan timeout, Action<string>? lost)
    {
        _mpi = mpi;
        var anyThread = mpi.Start();
        var world = mpi.Constants.World;
        mpi.ReturnErrors(world);
        (Rank, Size) = (mpi.Rank(world), mpi.Size(world));
        if (Size == 1 && tasks > 1)
        {
            mpi.Finish();
            throw new UserException($"{tasks} processes were started, but MPI does not connect them: each would work on its own", mpi.Path,
                "Start them with the launcher of this MPI library (under Slurm, `srun --mpi=pmix` or mpirun), or set PETBREEDS_MPI to the "
                + "path of the launcher's own library.");
        }
        _ranks = mpi.Duplicate(world);
        var machine = mpi.OnThisMachine(world);
        (LocalRank, LocalSize) = (mpi.Rank(machine), mpi.Size(machine));
        string[] machines = [.. Gather(Encoding.UTF8.GetBytes(Environment.MachineName)).Select(Encoding.UTF8.GetString)];
        var count = Gather([LocalRank == 0 ? (byte)1 : (byte)0]).Count(first => first[0] != 0);
        var watched = anyThread && Size > 1;
        Description = $"{mpi.Version()}, {Counted(Size, "rank")} on {Counted(count, "machine")}"
            + (watched || Size == 1 ? "" : "; a rank that hangs goes unnoticed, for this MPI allows calls from one thread only");
        if (watched)
            _heartbeat = new(mpi, mpi.Duplicate(world), machines, timeout, lost);
    }

    public int Rank { get; }

    public int Size { get; }

    public int LocalRank { get; }

    public int LocalSize { get; }

    public string Description { get; }

    public void Sum(Tensor values)
    {
        if (values.device.type == DeviceType.CUDA)
        {
            (_nccl ??= Nccl.Start(this, values.device.index)).Sum(values);
            return;
        }
        if (values.device.type != DeviceType.CPU)
        {
            using var host = values.cpu();
            Sum(host);
            values.copy_(host);
            return;
        }
        if (values.dtype == ScalarType.BFloat16)
        {
            SumInBFloat16(values);
            return;
        }
        var (type, width) = values.dtype switch
        {
            ScalarType.Float32 => (_mpi.Constants.Float, sizeof(float)),
            ScalarType.Float64 => (_mpi.Constants.Double, sizeof(double)),
            var other => throw new ArgumentException($"MPI does not add {other}", nameof(values)),
        };
        var address = (byte*)TensorData.Address(values);
        var left = values.numel();
        while (left > 0)
        {
            var count = (int)Math.Min(left, LongestPiece);
            _mpi.Sum(address, count, type, _ranks);
            address += (long)count * width;
            left -= count;
        }
        GC.KeepAlive(values);
    }

    public void Broadcast(Span<byte> data, int root = 0)
    {
        fixed (byte* start = data)
        {
            for (long done = 0; done < data.Length; done += LongestPiece)
                _mpi.Broadcast(start + done, (int)Math.Min(data.Length - done, LongestPiece), root, _ranks);
        }
    }

    public byte[][] Gather(ReadOnlySpan<byte> data)
    {
        long length = data.Length;
        var lengths = new long[Size];
        fixed (long* all = lengths)
            _mpi.Gather(&length, sizeof(long), all, _ranks);
        var blocks = Array.ConvertAll(lengths, bytes => new byte[bytes]);
        data.CopyTo(blocks[Rank]);
        for (var rank = 0; rank < Size; rank++)
            Broadcast(blocks[rank], rank);
        return blocks;
    }

    public void Barrier() => _mpi.Barrier(_ranks);

    [DoesNotReturn]
    public void Abort(int code)
    {
        _mpi.Abort(code);
        Environment.Exit(code); // MPI_Abort returns only if it fails
        throw new UnreachableException();
    }

    /// <summary>Ends MPI when all ranks are here. After an error, when others may be elsewhere, call <see cref="Abort"/> instead.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _nccl?.Dispose();
        _heartbeat?.Dispose();
        Barrier();
        _mpi.Finish();
    }

    /// <summary>
    /// Each rank receives everyone's values of one part, adds them in float32, and sends the rounded sums to all: MPI itself does not know
    /// bfloat16.
    /// </summary>
    private void SumInBFloat16(Tensor values)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var part = (values.numel() + Size - 1) / Size;
        var bytes = checked((int)(part * sizeof(ushort)));
        var parts = cat([values, zeros(part * Size - values.numel(), ScalarType.BFloat16)]); // [ranks × part]
        var received = empty_like(parts);
        _mpi.Exchange(TensorData.Address(parts), bytes, TensorData.Address(received), _ranks);
        var sum = received.reshape(Size, part).to(ScalarType.Float32).sum(dim: 0).to(ScalarType.BFloat16);
        _mpi.Gather(TensorData.Address(sum), bytes, TensorData.Address(parts), _ranks);
        values.copy_(parts.narrow(0, 0, values.numel()));
    }

    private static string Counted(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
