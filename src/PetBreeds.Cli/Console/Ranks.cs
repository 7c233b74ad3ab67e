using System.Diagnostics;
using System.Text;
using PetBreeds.Distributed;
using PetBreeds.Runtime;

namespace PetBreeds.Cli.Console;

/// <summary>
/// The processes (ranks) that MPI's launcher started to run a command together. Rank 0 alone prints, writes and downloads; the others say
/// only what ends the job.
/// </summary>
internal static class Ranks
{
    private static readonly TimeSpan OthersWait = TimeSpan.FromSeconds(2);
    private static readonly Launcher? Launched = Launcher.Find(Launcher.ReadEnvironment());
    private static TextWriter _error = TextWriter.Null;

    /// <summary>The processes; this one alone before <see cref="Start"/> and without a launcher.</summary>
    public static IProcessGroup Group { get; private set; } = SingleProcess.Instance;

    /// <summary>Number of processes that a launcher started; 1 if there is none, null if it does not say.</summary>
    public static int? Started { get; } = Launched is null ? 1 : Launched.Tasks;

    /// <summary>Whether a launcher started this process as another one than the first.</summary>
    public static bool IsFollower { get; } = Started != 1 && Launcher.RankOf(Launcher.ReadEnvironment()) > 0;

    /// <summary>Whether this process has begun to end all ranks.</summary>
    public static bool IsEnding { get; private set; }

    /// <summary>Whether each rank does work of its own, which it must save itself.</summary>
    public static bool HaveJobs { get; private set; }

    /// <summary>Silences every rank but the first; called before anything is printed.</summary>
    public static void Hush()
    {
        if (Launched is not null)
            Environment.SetEnvironmentVariable("TERM", "dumb"); // mpirun gives rank 0 a terminal, for which .NET would begin with codes
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
        ShareCores();
        if (Group.Size > 1)
            Interrupts.Patience = TimeSpan.FromMilliseconds(200); // mpirun kills all ranks a second after it was interrupted
        return Group;
    }

    /// <summary>From here on, each rank does jobs by itself, such as trainings with seeds of its own.</summary>
    public static void DoJobs() => HaveJobs = Group.Size > 1;

    /// <summary>Prints a line on standard error, even if this rank is silent otherwise.</summary>
    public static void Tell(string line)
    {
        if (IsFollower)
            _error.WriteLine($"rank {Group.Rank}: {line}");
        else
            System.Console.Error.WriteLine(line);
    }

    /// <summary>
    /// Processes that may use the same cores of a machine divide them among themselves, unless OMP_NUM_THREADS says how many threads to
    /// use: threads of torch that fight for a core are many times slower.
    /// </summary>
    private static void ShareCores()
    {
        if (Group.Size == 1)
            return;
        var own = $"{Environment.MachineName} {Cores()}";
        var sharing = Group.Gather(Encoding.UTF8.GetBytes(own)).Count(cores => Encoding.UTF8.GetString(cores) == own);
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is not null)
            return;
        TorchRuntime.EnsureLoaded();
        TorchSharp.torch.set_num_threads(Math.Max(1, Environment.ProcessorCount / sharing));
    }

    /// <summary>The cores that the launcher has bound this process to, such as "0-3"; "any" where that cannot be read.</summary>
    private static string Cores()
    {
        const string Status = "/proc/self/status", Allowed = "Cpus_allowed_list:";
        if (OperatingSystem.IsWindows())
            return $"{Process.GetCurrentProcess().ProcessorAffinity}";
        IEnumerable<string> lines = File.Exists(Status) ? File.ReadLines(Status) : [];
        return lines.FirstOrDefault(line => line.StartsWith(Allowed, StringComparison.Ordinal))?[Allowed.Length..].Trim() ?? "any";
    }

    /// <summary>Where each rank has work of its own to save, waits for the others: the first that exits ends all.</summary>
    public static void WaitForOthers()
    {
        if (HaveJobs)
            Thread.Sleep(OthersWait);
    }

    /// <summary>Ends all ranks after an error of this one. Rank 0 comes first: mostly, all have the same error.</summary>
    /// <param name="write">Writes the error; called again, on standard error, by other ranks than the first.</param>
    /// <param name="code">The exit code.</param>
    public static void End(Action<string> write, int code)
    {
        if (Group.Size == 1)
            return;
        IsEnding = true;
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
