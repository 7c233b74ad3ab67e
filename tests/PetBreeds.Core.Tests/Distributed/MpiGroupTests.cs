using System.Text;
using PetBreeds.Distributed;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Distributed;

/// <summary>How MPI is called, with a stub in its place: MPICH's handles of 32 bits, and those of the standard ABI.</summary>
public class MpiGroupTests
{
    private const string Mpich = "libmpi.so.12", Abi = "/opt/mpi/libmpi_abi.so.1";

    [Fact]
    public void Mpich_gets_its_own_handles()
    {
        using var group = Start(Mpich);
        Assert.Equal(
        [
            "InitThread(0, 0, 3)", "SetErrorHandler(44000000, 54000001)", "Rank(44000000)", "Size(44000000)", "Duplicate(44000000)",
            "SplitType(44000000, 1, 0, 1c000000)", "Rank(84000002)", "Size(84000002)",
        ], MpiStub.Calls[..8]);
        MpiStub.Calls.Clear();

        Use(group);

        Assert.Equal(
        [
            "AllReduce(-1, 3, 4c00040a, 58000003, 84000001)", "AllReduce(-1, 1, 4c00080b, 58000003, 84000001)",
            "AllToAll(4, 4c00010d, 4, 4c00010d, 84000001)", "AllGather(4, 4c00010d, 4, 4c00010d, 84000001)",
            "Broadcast(2, 4c00010d, 0, 84000001)", "AllGather(8, 4c00010d, 8, 4c00010d, 84000001)",
            "Broadcast(3, 4c00010d, 0, 84000001)", "Broadcast(3, 4c00010d, 1, 84000001)", "Barrier(84000001)",
        ], MpiStub.Calls);
    }

    [Fact]
    public void The_standard_ABI_gets_its_constants()
    {
        using var group = Start(Abi);
        Assert.Equal(
        [
            "InitThread(0, 0, 4096)", "SetErrorHandler(101, 143)", "Rank(101)", "Size(101)", "Duplicate(101)",
            "SplitType(101, 221, 0, 130)", "Rank(7f0084000002)", "Size(7f0084000002)",
        ], MpiStub.Calls[..8]);
        MpiStub.Calls.Clear();

        Use(group);

        Assert.Equal(
        [
            "AllReduce(1, 3, 210, 21, 7f0084000001)", "AllReduce(1, 1, 214, 21, 7f0084000001)",
            "AllToAll(4, 247, 4, 247, 7f0084000001)", "AllGather(4, 247, 4, 247, 7f0084000001)",
            "Broadcast(2, 247, 0, 7f0084000001)", "AllGather(8, 247, 8, 247, 7f0084000001)",
            "Broadcast(3, 247, 0, 7f0084000001)", "Broadcast(3, 247, 1, 7f0084000001)", "Barrier(7f0084000001)",
        ], MpiStub.Calls);
    }

    [Theory]
    [InlineData(Mpich, "84000001", "77")]
    [InlineData(Abi, "7f0084000001", "77")]
    public unsafe void Messages_have_a_byte_a_tag_and_a_request(string path, string communicator, string request)
    {
        var mpi = Library(path);
        var own = mpi.Duplicate(mpi.Constants.World);
        MpiStub.Calls.Clear();
        byte said = 1;

        var sending = mpi.Send(&said, 0, own);

        Assert.True(mpi.Test(ref sending));
        Assert.Equal([$"Message(1, 1, {(path == Abi ? "247" : "4c00010d")}, 0, 0, {communicator})", $"Test({request})"], MpiStub.Calls);
    }

    [Fact]
    public void A_group_ends_together_and_once()
    {
        var group = Start(Mpich);
        MpiStub.Calls.Clear();

        group.Dispose();
        group.Dispose();

        Assert.Equal(["Barrier(84000001)", "EndAll()"], MpiStub.Calls);
    }

    [Fact]
    public void Who_is_there_is_told()
    {
        using var group = Start(Mpich);
        Assert.Equal((1, 2, 1, 2), (group.Rank, group.Size, group.LocalRank, group.LocalSize));
        Assert.Equal("Stub 1.2, 2 ranks on 1 machine; a rank that hangs goes unnoticed, for this MPI allows calls from one thread only",
            group.Description);
    }

    [Fact]
    public void An_error_is_told_in_the_words_of_MPI()
    {
        var group = Start(Mpich);
        MpiStub.Fail();

        var error = Assert.Throws<UserException>(group.Barrier);

        Assert.Equal("MPI_Barrier: MPI reports an error: the words of error 5", error.Message);
    }

    [Fact]
    public void Processes_that_do_not_find_each_other_do_not_train_apart()
    {
        var mpi = Library(Mpich, ranks: 1);

        var error = Assert.Throws<UserException>(() => new MpiGroup(mpi, tasks: 4, TimeSpan.FromSeconds(15), lost: null));

        Assert.Equal("4 processes were started, but MPI does not connect them: each would work on its own", error.Problem);
        Assert.Equal(Mpich, error.Place);
        Assert.Contains("`srun --mpi=pmix`", error.Remedy, StringComparison.Ordinal);
        Assert.Equal("EndAll()", MpiStub.Calls[^1]);
    }

    [Fact]
    public void Other_types_are_not_added()
    {
        using var group = Start(Mpich);
        using var values = zeros(2, ScalarType.Int64);
        Assert.Throws<ArgumentException>(() => group.Sum(values));
    }

    [Fact]
    public void A_tensor_with_gaps_is_not_added()
    {
        using var group = Start(Mpich);
        using var values = zeros(2, 3).t();
        Assert.Throws<ArgumentException>(() => group.Sum(values));
    }

    [Fact]
    public void A_library_that_lacks_a_function_is_refused() => Assert.StartsWith(
        "this is no usable MPI library: it lacks MPI_Bcast",
        Assert.Throws<UserException>(() => new MpiLibrary("x.so", name => name == "MPI_Bcast" ? 0 : MpiStub.Find(name))).Problem,
        StringComparison.Ordinal);

    [Fact]
    public void A_chosen_library_must_be_there_and_be_one()
    {
        var missing = Assert.Throws<UserException>(() => Load("/nowhere/libmpi.so"));
        Assert.Equal("PETBREEDS_MPI names no library that can be loaded", missing.Problem);
        Assert.Equal("/nowhere/libmpi.so", missing.Place);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "another library is at hand on Linux");
        var other = Assert.Throws<UserException>(() => Load("libm.so.6"));
        Assert.Equal("this is no usable MPI library: it lacks MPI_Init_thread", other.Problem);

        static void Load(string path) =>
            MpiLibrary.Load(LauncherKind.Pmi, new Dictionary<string, string> { ["PETBREEDS_MPI"] = path });
    }

    [Fact]
    public void Without_a_library_it_is_said_what_to_install()
    {
        var error = Assert.Throws<UserException>(() => MpiLibrary.FirstOf(["libnone.so.1", "libnone.so.2"]));
        Assert.Equal("several processes were started, but no MPI library was found to connect them (libnone.so.1, libnone.so.2)",
            error.Problem);
        Assert.Contains("Install Open MPI or MPICH", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void The_library_of_the_launcher_is_tried_first()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the names are those of Linux");
        Assert.Equal("libmpi.so.40", MpiLibrary.Names(LauncherKind.OpenMpi)[0]);
        Assert.Equal(["libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi_abi.so", "libmpi.so.12", "libmpich.so.12", "libmpi.so.40"],
            MpiLibrary.Names(LauncherKind.Pmi));
        Assert.Equal(["libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi_abi.so", "libmpi.so.40", "libmpi.so.12", "libmpich.so.12"],
            MpiLibrary.Names(LauncherKind.Slurm));
    }

    [Theory]
    [InlineData("Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4, repo rev: v4.1.4, May 26, 2022\0", "Open MPI 4.1.4")]
    [InlineData("MPICH Version:\t4.0.2\nMPICH Release date:\tThu Apr 7", "MPICH 4.0.2")]
    [InlineData("Intel(R) MPI Library 2021.9 for Linux* OS\n", "Intel(R) MPI Library 2021.9 for Linux* OS")]
    [InlineData("Microsoft MPI 10.1.12498.18", "Microsoft MPI 10.1.12498.18")]
    public void A_library_is_named_shortly(string text, string expected) => Assert.Equal(expected, MpiLibrary.ShortVersion(text));

    [Theory]
    [InlineData(null, 15)]
    [InlineData("", 15)]
    [InlineData("2.5", 2.5)]
    public void A_rank_may_be_silent_for_a_while(string? text, double seconds) =>
        Assert.Equal(seconds, Heartbeat.Timeout(Environment(text)).TotalSeconds);

    [Theory]
    [InlineData("0")]
    [InlineData("soon")]
    [InlineData("NaN")]
    public void No_other_while_is_understood(string text) => Assert.Equal(
        $"PETBREEDS_RANK_TIMEOUT: '{text}' is no number of seconds from 1 to 86400",
        Assert.Throws<UserException>(() => Heartbeat.Timeout(Environment(text))).Message);

    private static Dictionary<string, string> Environment(string? timeout) =>
        timeout is null ? [] : new() { [Heartbeat.TimeoutVariable] = timeout };

    private static MpiLibrary Library(string path, int ranks = 2)
    {
        MpiStub.Reset(isWide: path == Abi, ranks);
        return new(path, MpiStub.Find);
    }

    private static MpiGroup Start(string path) => new(Library(path), tasks: 2, TimeSpan.FromSeconds(15), lost: null);

    private static void Use(MpiGroup group)
    {
        using var singles = tensor([1f, 2f, 3f]);
        using var doubles = zeros(1, ScalarType.Float64);
        using var none = zeros(0);
        using var halves = tensor([1f, 2f, 3f]).to(ScalarType.BFloat16); // this is rank 1: its part is the last of two
        var data = "ab"u8.ToArray();

        group.Sum(singles);
        group.Sum(doubles);
        group.Sum(none);
        group.Sum(halves);
        group.Broadcast(data);
        var blocks = group.Gather("own"u8);
        group.Barrier();

        Assert.Equal([2f, 4f, 6f], singles.data<float>());
        Assert.Equal([6f, 0f, 6f], halves.to(ScalarType.Float32).data<float>());
        Assert.Equal("zz", Encoding.ASCII.GetString(data));
        Assert.Equal(["zzz", "own"], blocks.Select(Encoding.ASCII.GetString));
    }
}
