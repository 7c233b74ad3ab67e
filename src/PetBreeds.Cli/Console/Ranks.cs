using PetBreeds.Distributed;

namespace PetBreeds.Cli.Console;

/// <summary>
/// The processes (ranks) that MPI's launcher started to run a command together. Rank 0 alone prints, writes and downloads; the others say
/// only what ends the job.
/// </summary>
internal static class Ranks
{
    private static readonly TimeSpan OthersWait = TimeSpan.FromSeconds(2);
    private static TextWriter _error = System.Console.Error;

    /// <summary>The processes; this one alone before <see cref="Start"/> and without a launcher.</summary>
    public static IProcessGroup Group { get; private set; } = SingleProcess.Instance;

    /// <summary>Number of processes that a launcher started; 1 if there is none, null if it does not say.</summary>
    public static int? Started { get; } = Launcher.Find(Launcher.ReadEnvironment()) is { } launcher ? launcher.Tasks : 1;

    /// <summary>Whether a launcher started this process as another one than the first.</summary>
    public static bool IsFollower { get; } = Started != 1 && Launcher.RankOf(Launcher.ReadEnvironment()) > 0;

    /// <summary>Silences every rank but the first; called before anything is printed.</summary>
    public static void Hush()
    {
        _error = System.Console.Error;
        if (!IsFollower)
            return;
        System.Console.SetOut(TextWriter.Null);
        System.Console.SetError(TextWriter.Null);
    }

    /// <summary>Joins the other processes.</summary>
    /// <exception cref="UserException">There is a launcher, but MPI cannot be used.</exception>
    public static IProcessGroup Start()
    {
        Group = ProcessGroup.Start(_error.WriteLine);
        if (Group.Rank == 0)
            Interrupts.Patience = TimeSpan.FromMilliseconds(200); // mpirun kills all ranks a second after it was interrupted
        return Group;
    }

    /// <summary>Ends all ranks after an error of this one. Rank 0 comes first: mostly, all have the same error.</summary>
    /// <param name="write">Writes the error; called again, on standard error, by other ranks than the first.</param>
    /// <param name="code">The exit code.</param>
    public static void End(Action<string> write, int code)
    {
        if (Group.Size == 1)
            return;
        if (Group.Rank > 0)
        {
            Thread.Sleep(OthersWait);
            System.Console.SetError(_error);
            write($"rank {Group.Rank}: ");
        }
        _error.Flush();
        Group.Abort(code);
    }
}
