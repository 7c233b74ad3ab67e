using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace PetBreeds.Tests.Distributed;

/// <summary>
/// An MPI library of the process's own: rank 1 of <see cref="Ranks"/>, which allows calls from one thread only. It writes down what it is
/// asked for, handles in hexadecimal digits.
/// </summary>
internal static unsafe class MpiStub
{
    public static readonly List<string> Calls = [];

    /// <summary>Whether handles have the size of a pointer; otherwise 32 bits.</summary>
    private static bool _isWide;

    private static int _failing, _communicators;

    public static int Ranks { get; private set; }

    public static void Reset(bool isWide, int ranks = 2)
    {
        Calls.Clear();
        (_isWide, Ranks, _failing, _communicators) = (isWide, ranks, 0, 0);
    }

    /// <summary>Lets barriers fail.</summary>
    public static void Fail() => _failing = 5;

    public static nint Find(string name) => name switch
    {
        "MPI_Init_thread" => (nint)(delegate* unmanaged<nint, nint, int, int*, int>)&InitThread,
        "MPI_Finalize" => (nint)(delegate* unmanaged<int>)&EndAll,
        "MPI_Abort" => (nint)(delegate* unmanaged<nint, int, int>)&Abort,
        "MPI_Get_library_version" => (nint)(delegate* unmanaged<byte*, int*, int>)&Version,
        "MPI_Error_string" => (nint)(delegate* unmanaged<int, byte*, int*, int>)&ErrorString,
        "MPI_Comm_set_errhandler" => (nint)(delegate* unmanaged<nint, nint, int>)&SetErrorHandler,
        "MPI_Comm_rank" => (nint)(delegate* unmanaged<nint, int*, int>)&Rank,
        "MPI_Comm_size" => (nint)(delegate* unmanaged<nint, int*, int>)&Size,
        "MPI_Comm_dup" => (nint)(delegate* unmanaged<nint, void*, int>)&Duplicate,
        "MPI_Comm_split_type" => (nint)(delegate* unmanaged<nint, int, int, nint, void*, int>)&SplitType,
        "MPI_Barrier" => (nint)(delegate* unmanaged<nint, int>)&Barrier,
        "MPI_Bcast" => (nint)(delegate* unmanaged<byte*, int, nint, int, nint, int>)&Broadcast,
        "MPI_Allreduce" => (nint)(delegate* unmanaged<nint, float*, int, nint, nint, nint, int>)&AllReduce,
        "MPI_Allgather" => (nint)(delegate* unmanaged<byte*, int, nint, byte*, int, nint, nint, int>)&AllGather,
        "MPI_Alltoall" => (nint)(delegate* unmanaged<byte*, int, nint, byte*, int, nint, nint, int>)&AllToAll,
        "MPI_Isend" or "MPI_Irecv" => (nint)(delegate* unmanaged<byte*, int, nint, int, int, nint, void*, int>)&Message,
        "MPI_Test" => (nint)(delegate* unmanaged<void*, int*, void*, int>)&Test,
        _ => 0,
    };

    private static string Hex(nint handle) => _isWide ? $"{(nuint)handle:x}" : $"{(uint)handle:x}";

    private static void Write(void* to, nint handle)
    {
        if (_isWide)
            *(nint*)to = handle;
        else
            *(int*)to = (int)handle;
    }

    private static nint NewCommunicator() => unchecked((nint)(_isWide ? 0x7F00_8400_0000 : 0x8400_0000)) + ++_communicators;

    private static int Say(string what, [CallerMemberName] string call = "")
    {
        Calls.Add($"{call}({what})");
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int InitThread(nint arguments, nint values, int required, int* provided)
    {
        *provided = _isWide ? 1024 : 1; // MPI_THREAD_FUNNELED
        return Say($"{arguments}, {values}, {required}");
    }

    [UnmanagedCallersOnly]
    private static int EndAll() => Say("");

    [UnmanagedCallersOnly]
    private static int Abort(nint communicator, int code) => Say($"{Hex(communicator)}, {code}");

    [UnmanagedCallersOnly]
    private static int Version(byte* text, int* length)
    {
        *length = Encoding.ASCII.GetBytes("Stub Version:\t1.2\nof a test", new Span<byte>(text, 100));
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int ErrorString(int code, byte* text, int* length)
    {
        *length = Encoding.ASCII.GetBytes($"the words of error {code}", new Span<byte>(text, 100));
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int SetErrorHandler(nint communicator, nint handler) => Say($"{Hex(communicator)}, {Hex(handler)}");

    [UnmanagedCallersOnly]
    private static int Rank(nint communicator, int* rank)
    {
        *rank = Ranks == 1 ? 0 : 1;
        return Say(Hex(communicator));
    }

    [UnmanagedCallersOnly]
    private static int Size(nint communicator, int* size)
    {
        *size = Ranks;
        return Say(Hex(communicator));
    }

    [UnmanagedCallersOnly]
    private static int Duplicate(nint communicator, void* duplicate)
    {
        Write(duplicate, NewCommunicator());
        return Say(Hex(communicator));
    }

    [UnmanagedCallersOnly]
    private static int SplitType(nint communicator, int type, int key, nint info, void* part)
    {
        Write(part, NewCommunicator());
        return Say($"{Hex(communicator)}, {type}, {key}, {Hex(info)}");
    }

    [UnmanagedCallersOnly]
    private static int Barrier(nint communicator)
    {
        Say(Hex(communicator));
        return _failing;
    }

    /// <summary>Rank 0 sends the letter z.</summary>
    [UnmanagedCallersOnly]
    private static int Broadcast(byte* data, int count, nint type, int root, nint communicator)
    {
        if (root == 0)
            new Span<byte>(data, count).Fill((byte)'z');
        return Say($"{count}, {Hex(type)}, {root}, {Hex(communicator)}");
    }

    /// <summary>The other ranks have the same values.</summary>
    [UnmanagedCallersOnly]
    private static int AllReduce(nint from, float* to, int count, nint type, nint operation, nint communicator)
    {
        for (var i = 0; i < count; i++)
            to[i] *= Ranks;
        return Say($"{from}, {count}, {Hex(type)}, {Hex(operation)}, {Hex(communicator)}");
    }

    /// <summary>The other ranks say the same.</summary>
    [UnmanagedCallersOnly]
    private static int AllGather(byte* from, int count, nint type, byte* to, int counts, nint types, nint communicator)
    {
        for (var i = 0; i < Ranks; i++)
            new Span<byte>(from, count).CopyTo(new(to + i * count, count));
        return Say($"{count}, {Hex(type)}, {counts}, {Hex(types)}, {Hex(communicator)}");
    }

    /// <summary>The other ranks send what this one keeps for itself.</summary>
    [UnmanagedCallersOnly]
    private static int AllToAll(byte* from, int count, nint type, byte* to, int counts, nint types, nint communicator)
    {
        for (var i = 0; i < Ranks; i++)
            new Span<byte>(from + (Ranks == 1 ? 0 : count), count).CopyTo(new(to + i * count, count));
        return Say($"{count}, {Hex(type)}, {counts}, {Hex(types)}, {Hex(communicator)}");
    }

    [UnmanagedCallersOnly]
    private static int Message(byte* data, int count, nint type, int rank, int tag, nint communicator, void* request)
    {
        Write(request, 0x77);
        return Say($"{*data}, {count}, {Hex(type)}, {rank}, {tag}, {Hex(communicator)}");
    }

    [UnmanagedCallersOnly]
    private static int Test(void* request, int* done, void* status)
    {
        *done = 1;
        new Span<byte>(status, 32).Clear();
        return Say(Hex(_isWide ? *(nint*)request : *(int*)request));
    }
}
