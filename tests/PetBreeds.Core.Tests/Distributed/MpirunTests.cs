using System.Diagnostics;
using System.Globalization;
using PetBreeds.Distributed;
using Xunit;

namespace PetBreeds.Tests.Distributed;

/// <summary>
/// Starts this program's own <see cref="InRanks"/> with Open MPI's mpirun, and kills or stops ranks. Skipped where it is not installed.
/// </summary>
public sealed class MpirunTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ranks_add_send_and_collect()
    {
        using var job = Start(nameof(InRanks.Ranks_talk), ranks: 3);

        var output = await job.EndAsync(Longest);

        Assert.True(job.Code == 0, output);
        Assert.All(Enumerable.Range(0, 3), rank =>
            Assert.Matches($@"^{rank} of 3: Open MPI \d+\.\d+\.\d+, 3 ranks on 1 machine$", File.ReadAllText(NoteOf(rank, "done.txt"))));
    }

    [Fact]
    public async Task A_job_ends_when_a_rank_is_killed()
    {
        using var job = Start(nameof(InRanks.Ranks_add_until_one_of_them_is_gone), ranks: 2);
        var ranks = await RanksAsync(2);

        ranks[1].Kill();

        var output = await job.EndAsync(TimeSpan.FromSeconds(30));
        Assert.True(job.Code != 0, output);
        await AssertGoneAsync(ranks);
    }

    [Fact]
    public async Task A_job_ends_when_a_rank_hangs_and_the_rank_is_named()
    {
        using var job = Start(nameof(InRanks.Ranks_add_until_one_of_them_is_gone), ranks: 3, timeout: 5);
        var ranks = await RanksAsync(3);

        using (var kill = Process.Start("kill", ["-STOP", ranks[1].Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);

        var output = await job.EndAsync(TimeSpan.FromSeconds(30));
        Assert.True(job.Code != 0, output);
        Assert.Contains($"error: rank 1 ({Environment.MachineName}) has not answered for 5 s; the job ends", output,
            StringComparison.Ordinal);
        await AssertGoneAsync(ranks);
    }

    [Fact]
    public async Task A_job_ends_with_the_code_of_the_rank_that_ends_it()
    {
        using var job = Start(nameof(InRanks.A_rank_ends_the_job), ranks: 2);

        var output = await job.EndAsync(Longest);

        Assert.True(job.Code == 3, output);
    }

    private string NoteOf(int rank, string name) => Path.Combine(_folder.Path, $"{rank}-{name}");

    private Job Start(string method, int ranks, int timeout = 60)
    {
        Assert.SkipUnless(IsOpenMpi(), "mpirun of Open MPI is not installed");
        var start = new ProcessStartInfo("mpirun",
        [
            "--oversubscribe", "--bind-to", "none", "-n", ranks.ToString(CultureInfo.InvariantCulture),
            Path.Combine(AppContext.BaseDirectory, "PetBreeds.Core.Tests"), "-noColor", "-explicit", "only",
            "-method", $"{typeof(InRanks).FullName}.{method}",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                [InRanks.FolderVariable] = _folder.Path,
                [Heartbeat.TimeoutVariable] = timeout.ToString(CultureInfo.InvariantCulture),
                ["OMP_NUM_THREADS"] = "1",
                ["OMPI_ALLOW_RUN_AS_ROOT"] = "1",
                ["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1",
            },
        };
        return new(Process.Start(start)!);
    }

    private static bool IsOpenMpi()
    {
        try
        {
            using var mpirun = Process.Start(new ProcessStartInfo("mpirun", "--version") { RedirectStandardOutput = true })!;
            return mpirun.StandardOutput.ReadToEnd().Contains("Open MPI", StringComparison.Ordinal);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>The processes of the ranks, once all have met.</summary>
    private async Task<Process[]> RanksAsync(int count)
    {
        var clock = Stopwatch.StartNew();
        var files = Enumerable.Range(0, count).Select(rank => NoteOf(rank, "pid.txt")).ToArray();
        while (!files.All(File.Exists))
        {
            Assert.True(clock.Elapsed < Longest, "the ranks have not started");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        return Array.ConvertAll(files, file => Process.GetProcessById(int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture)));
    }

    private static async Task AssertGoneAsync(Process[] ranks)
    {
        for (var tries = 0; tries < 100 && !ranks.All(rank => rank.HasExited); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.All(ranks, rank => Assert.True(rank.HasExited));
    }

    /// <summary>A started job; killed if it has not ended.</summary>
    private sealed class Job(Process mpirun) : IDisposable
    {
        private readonly Task<string> _output = mpirun.StandardOutput.ReadToEndAsync(), _errors = mpirun.StandardError.ReadToEndAsync();

        public int Code => mpirun.ExitCode;

        /// <summary>Waits for the end.</summary>
        /// <returns>All that the ranks have written.</returns>
        public async Task<string> EndAsync(TimeSpan limit)
        {
            var end = mpirun.WaitForExitAsync(TestContext.Current.CancellationToken);
            if (await Task.WhenAny(end, Task.Delay(limit, TestContext.Current.CancellationToken)) != end)
            {
                mpirun.Kill(entireProcessTree: true);
                Assert.Fail($"the job has not ended within {limit}:\n{await _output}\n{await _errors}");
            }
            return $"{await _output}\n{await _errors}";
        }

        public void Dispose()
        {
            if (!mpirun.HasExited)
                mpirun.Kill(entireProcessTree: true);
            mpirun.Dispose();
        }
    }
}
