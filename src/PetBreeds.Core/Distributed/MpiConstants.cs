namespace PetBreeds.Distributed;

/// <summary>
/// The values of MPI's constants, on which implementations differ. Handles are kept in pointers: those of MPICH and Microsoft MPI have 32
/// bits, which is what they read of an argument and write into a zeroed pointer on little-endian machines.
/// </summary>
internal sealed record MpiConstants
{
    public required nint World { get; init; }

    public required nint Byte { get; init; }

    public required nint Float { get; init; }

    public required nint Double { get; init; }

    public required nint Sum { get; init; }

    public required nint NoInfo { get; init; }

    public required nint ErrorsReturn { get; init; }

    public required nint InPlace { get; init; }

    /// <summary>MPI_COMM_TYPE_SHARED.</summary>
    public required int SharedMemory { get; init; }

    /// <summary>MPI_THREAD_MULTIPLE; what is provided may be compared with it.</summary>
    public required int AnyThread { get; init; }

    /// <summary>The standard ABI of MPI 5.0 (libmpi_abi).</summary>
    public static MpiConstants Abi { get; } = new()
    {
        World = 0x101,
        Byte = 0x247,
        Float = 0x210,
        Double = 0x214,
        Sum = 0x21,
        NoInfo = 0x130,
        ErrorsReturn = 0x143,
        InPlace = 1,
        SharedMemory = 221,
        AnyThread = 4096,
    };

    /// <summary>MPICH since 3.1, what derives from it (Intel MPI, MVAPICH, Cray), and Microsoft MPI.</summary>
    public static MpiConstants Mpich { get; } = new()
    {
        World = 0x44000000,
        Byte = 0x4c00010d,
        Float = 0x4c00040a,
        Double = 0x4c00080b,
        Sum = 0x58000003,
        NoInfo = 0x1c000000,
        ErrorsReturn = 0x54000001,
        InPlace = -1,
        SharedMemory = 1,
        AnyThread = 3,
    };

    /// <summary>Those of a library.</summary>
    /// <param name="path">Its path or name.</param>
    /// <param name="find">The address of a symbol that it exports; 0 if there is none.</param>
    public static MpiConstants Of(string path, Func<string, nint> find)
    {
        // By name first: such a library may depend on Open MPI's own, whose symbols are then found, too.
        if (Path.GetFileName(path).Contains("mpi_abi", StringComparison.Ordinal))
            return Abi;
        return find("ompi_mpi_comm_world") == 0 ? Mpich : OpenMpi(find);
    }

    /// <summary>Open MPI 4 and 5, whose handles are the addresses of its objects.</summary>
    private static MpiConstants OpenMpi(Func<string, nint> find) => new()
    {
        World = find("ompi_mpi_comm_world"),
        Byte = find("ompi_mpi_byte"),
        Float = find("ompi_mpi_float"),
        Double = find("ompi_mpi_double"),
        Sum = find("ompi_mpi_op_sum"),
        NoInfo = find("ompi_mpi_info_null"),
        ErrorsReturn = find("ompi_mpi_errors_return"),
        InPlace = 1,
        SharedMemory = 0,
        AnyThread = 3,
    };
}
