using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace PetBreeds.Distributed;

/// <summary>
/// The functions of an MPI library that are needed, called through pointers: which library that is shows only when the program runs, and
/// implementations agree on the functions but not on the constants. A failed call throws, with MPI's own words.
/// </summary>
internal sealed unsafe partial class MpiLibrary
{
    private const int LongestText = 8192; // MPI_MAX_LIBRARY_VERSION_STRING, the longest of all
    private const int StatusSize = 64; // more than any MPI_Status

    private readonly delegate* unmanaged<nint, nint, int, int*, int> _initThread;
    private readonly delegate* unmanaged<int> _finalize;
    private readonly delegate* unmanaged<nint, int, int> _abort;
    private readonly delegate* unmanaged<byte*, int*, int> _version;
    private readonly delegate* unmanaged<int, byte*, int*, int> _errorString;
    private readonly delegate* unmanaged<nint, nint, int> _setErrorHandler;
    private readonly delegate* unmanaged<nint, int*, int> _rank;
    private readonly delegate* unmanaged<nint, int*, int> _size;
    private readonly delegate* unmanaged<nint, nint*, int> _duplicate;
    private readonly delegate* unmanaged<nint, int, int, nint, nint*, int> _splitType;
    private readonly delegate* unmanaged<nint, int> _barrier;
    private readonly delegate* unmanaged<void*, int, nint, int, nint, int> _broadcast;
    private readonly delegate* unmanaged<nint, void*, int, nint, nint, nint, int> _allReduce;
    private readonly delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int> _allGather;
    private readonly delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int> _allToAll;
    private readonly delegate* unmanaged<byte*, int, nint, int, int, nint, nint*, int> _send;
    private readonly delegate* unmanaged<byte*, int, nint, int, int, nint, nint*, int> _receive;
    private readonly delegate* unmanaged<nint*, int*, void*, int> _test;

    /// <param name="path">The library's path or name.</param>
    /// <param name="find">The address of a symbol that it exports; 0 if there is none.</param>
    public MpiLibrary(string path, Func<string, nint> find)
    {
        Path = path;
        _initThread = (delegate* unmanaged<nint, nint, int, int*, int>)Get("MPI_Init_thread");
        _finalize = (delegate* unmanaged<int>)Get("MPI_Finalize");
        _abort = (delegate* unmanaged<nint, int, int>)Get("MPI_Abort");
        _version = (delegate* unmanaged<byte*, int*, int>)Get("MPI_Get_library_version");
        _errorString = (delegate* unmanaged<int, byte*, int*, int>)Get("MPI_Error_string");
        _setErrorHandler = (delegate* unmanaged<nint, nint, int>)Get("MPI_Comm_set_errhandler");
        _rank = (delegate* unmanaged<nint, int*, int>)Get("MPI_Comm_rank");
        _size = (delegate* unmanaged<nint, int*, int>)Get("MPI_Comm_size");
        _duplicate = (delegate* unmanaged<nint, nint*, int>)Get("MPI_Comm_dup");
        _splitType = (delegate* unmanaged<nint, int, int, nint, nint*, int>)Get("MPI_Comm_split_type");
        _barrier = (delegate* unmanaged<nint, int>)Get("MPI_Barrier");
        _broadcast = (delegate* unmanaged<void*, int, nint, int, nint, int>)Get("MPI_Bcast");
        _allReduce = (delegate* unmanaged<nint, void*, int, nint, nint, nint, int>)Get("MPI_Allreduce");
        _allGather = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int>)Get("MPI_Allgather");
        _allToAll = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int>)Get("MPI_Alltoall");
        _send = (delegate* unmanaged<byte*, int, nint, int, int, nint, nint*, int>)Get("MPI_Isend");
        _receive = (delegate* unmanaged<byte*, int, nint, int, int, nint, nint*, int>)Get("MPI_Irecv");
        _test = (delegate* unmanaged<nint*, int*, void*, int>)Get("MPI_Test");
        Constants = MpiConstants.Of(path, find);

        nint Get(string name) => find(name) is var function and not 0 ? function
            : throw new UserException($"this is no usable MPI library: it lacks {name}", path,
                "Set PETBREEDS_MPI to the path of an MPI library, such as libmpi.so.40, or unset it.");
    }

    public string Path { get; }

    public MpiConstants Constants { get; }

    /// <summary>Loads the library in <c>PETBREEDS_MPI</c>, or otherwise the first one found; those that fit the launcher first.</summary>
    public static MpiLibrary Load(LauncherKind launcher, IReadOnlyDictionary<string, string> environment)
    {
        if (environment.TryGetValue("PETBREEDS_MPI", out var chosen) && chosen.Length > 0)
        {
            return Open(chosen) ?? throw new UserException("PETBREEDS_MPI names no library that can be loaded", chosen,
                "Set it to the path of an MPI library, such as libmpi.so.40, or unset it.");
        }
        return FirstOf(Names(launcher));
    }

    /// <summary>Loads the first library that is there.</summary>
    internal static MpiLibrary FirstOf(string[] names)
    {
        foreach (var name in names)
        {
            if (Open(name) is { } library)
                return library;
        }
        var all = string.Join(", ", names);
        throw new UserException($"several processes were started, but no MPI library was found to connect them ({all})",
            remedy: "Install Open MPI or MPICH (on Debian libopenmpi3), load its module, or set PETBREEDS_MPI to the path of its library.");
    }

    /// <summary>Starts MPI.</summary>
    /// <returns>Whether several threads may call it at the same time.</returns>
    public bool Start()
    {
        int provided;
        Check(_initThread(0, 0, Constants.AnyThread, &provided), "MPI_Init_thread");
        return provided >= Constants.AnyThread;
    }

    /// <summary>Ends MPI, which then cannot be started again.</summary>
    public void Finish() => Check(_finalize(), "MPI_Finalize");

    /// <summary>Ends the processes of all ranks, this one included.</summary>
    public void Abort(int code) => _ = _abort(Constants.World, code);

    /// <summary>For people, such as "Open MPI 4.1.4".</summary>
    public string Version()
    {
        var text = stackalloc byte[LongestText];
        int length;
        Check(_version(text, &length), "MPI_Get_library_version");
        return ShortVersion(Encoding.UTF8.GetString(text, length));
    }

    /// <summary>Errors are to be returned instead of ending the job; what is made from the communicator later does the same.</summary>
    public void ReturnErrors(nint communicator) =>
        Check(_setErrorHandler(communicator, Constants.ErrorsReturn), "MPI_Comm_set_errhandler");

    public int Rank(nint communicator)
    {
        int rank;
        Check(_rank(communicator, &rank), "MPI_Comm_rank");
        return rank;
    }

    public int Size(nint communicator)
    {
        int size;
        Check(_size(communicator, &size), "MPI_Comm_size");
        return size;
    }

    /// <summary>A communicator of the same ranks, whose messages do not meet those of the other.</summary>
    public nint Duplicate(nint communicator)
    {
        nint duplicate = 0;
        Check(_duplicate(communicator, &duplicate), "MPI_Comm_dup");
        return duplicate;
    }

    /// <summary>A communicator of the ranks on this machine, in the same order.</summary>
    public nint OnThisMachine(nint communicator)
    {
        nint part = 0;
        Check(_splitType(communicator, Constants.SharedMemory, 0, Constants.NoInfo, &part), "MPI_Comm_split_type");
        return part;
    }

    public void Barrier(nint communicator) => Check(_barrier(communicator), "MPI_Barrier");

    public void Broadcast(void* data, int bytes, int root, nint communicator) =>
        Check(_broadcast(data, bytes, Constants.Byte, root, communicator), "MPI_Bcast");

    public void Sum(void* values, int count, nint type, nint communicator) =>
        Check(_allReduce(Constants.InPlace, values, count, type, Constants.Sum, communicator), "MPI_Allreduce");

    /// <summary>Collects as many bytes from each rank.</summary>
    public void Gather(void* own, int bytes, void* all, nint communicator) =>
        Check(_allGather(own, bytes, Constants.Byte, all, bytes, Constants.Byte, communicator), "MPI_Allgather");

    /// <summary>Sends a part of as many bytes to each rank, and collects one from each.</summary>
    public void Exchange(void* parts, int bytes, void* received, nint communicator) =>
        Check(_allToAll(parts, bytes, Constants.Byte, received, bytes, Constants.Byte, communicator), "MPI_Alltoall");

    /// <summary>Starts to send a byte, which must stay where it is until <see cref="Test"/> says so.</summary>
    /// <returns>The request.</returns>
    public nint Send(byte* data, int rank, nint communicator)
    {
        nint request = 0;
        Check(_send(data, 1, Constants.Byte, rank, 0, communicator, &request), "MPI_Isend");
        return request;
    }

    /// <summary>Starts to receive a byte.</summary>
    /// <returns>The request.</returns>
    public nint Receive(byte* data, int rank, nint communicator)
    {
        nint request = 0;
        Check(_receive(data, 1, Constants.Byte, rank, 0, communicator, &request), "MPI_Irecv");
        return request;
    }

    /// <summary>Whether a request is done. It is then gone.</summary>
    public bool Test(ref nint request)
    {
        int done;
        var status = stackalloc byte[StatusSize];
        fixed (nint* cell = &request)
            Check(_test(cell, &done, status), "MPI_Test");
        return done != 0;
    }

    /// <summary>Shortens what libraries say about themselves.</summary>
    internal static string ShortVersion(string text)
    {
        var first = text.TrimEnd('\0').Trim().Split('\n', ',')[0];
        return Blanks().Replace(VersionMark().Replace(first, " "), " ").Trim();
    }

    /// <summary>Candidates in the order in which they are tried.</summary>
    internal static string[] Names(LauncherKind launcher)
    {
        if (OperatingSystem.IsWindows())
            return ["msmpi.dll"];
        var (prefix, suffix) = OperatingSystem.IsMacOS() ? ("", ".dylib") : (".so", "");
        string Name(string stem, string version) => $"{stem}{prefix}{version}{suffix}";
        string[] standard = [Name("libmpi_abi", ".1"), Name("libmpi_abi", ".0"), Name("libmpi_abi", "")];
        var openMpi = Name("libmpi", ".40");
        string[] mpich = [Name("libmpi", ".12"), Name("libmpich", ".12")]; // the latter on Debian
        return launcher switch
        {
            LauncherKind.OpenMpi => [openMpi, .. standard, .. mpich],
            LauncherKind.Pmi => [.. standard, .. mpich, openMpi],
            _ => [.. standard, openMpi, .. mpich],
        };
    }

    private static MpiLibrary? Open(string path)
    {
        var handle = OpenForAll(path);
        if (handle == 0 && !NativeLibrary.TryLoad(path, out handle))
            return null;
        return new(path, name => NativeLibrary.TryGetExport(handle, name, out var address) ? address : 0);
    }

    /// <summary>Loads a library so that plugins find its symbols, which some builds of Open MPI need.</summary>
    /// <returns>0 if that fails, or on Windows.</returns>
    private static nint OpenForAll(string path)
    {
        const int Now = 2; // RTLD_NOW
        var everywhere = OperatingSystem.IsMacOS() ? 8 : 0x100; // RTLD_GLOBAL
        if (OperatingSystem.IsWindows()
            || !NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "dlopen", out var open))
            return 0;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
            return ((delegate* unmanaged<byte*, int, nint>)open)(name, Now | everywhere);
    }

    private void Check(int code, string function)
    {
        if (code == 0)
            return;
        var text = stackalloc byte[LongestText];
        var length = 0;
        var words = _errorString(code, text, &length) == 0 ? Encoding.UTF8.GetString(text, length) : $"code {code}";
        throw new UserException($"MPI reports an error: {words}", function);
    }

    [GeneratedRegex(@"\s+v(?=\d)|\s*Version:\s*")]
    private static partial Regex VersionMark();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
