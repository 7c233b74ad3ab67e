using System.Diagnostics;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>Starts the program under Open MPI's mpirun.</summary>
internal static class Mpirun
{
    public static void SkipUnlessInstalled() => Assert.SkipUnless(IsInstalled(), "mpirun of Open MPI is not installed");

    public static Outcome Run(PetBreedsProgram program, int ranks, params string[] arguments)
    {
        using var job = Start(program, ranks, arguments);
        var (output, errors) = (job.StandardOutput.ReadToEndAsync(), job.StandardError.ReadToEndAsync());
        job.WaitForExit();
        return new Outcome(job.ExitCode, output.Result, errors.Result);
    }

    public static Process Start(PetBreedsProgram program, int ranks, params string[] arguments) => program.StartIn("mpirun",
        new Dictionary<string, string>
        {
            ["OMPI_ALLOW_RUN_AS_ROOT"] = "1",
            ["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1",
            ["OMPI_MCA_odls_base_sigkill_timeout"] = "5", // on a busy machine, a checkpoint takes longer than a second
            ["OMPI_MCA_mpi_yield_when_idle"] = "1", // other tests run beside it
            ["OMP_NUM_THREADS"] = "1",
        },
        ["--oversubscribe", "--bind-to", "none", "-n", $"{ranks}", PetBreedsProgram.Path, .. arguments]);

    private static bool IsInstalled()
    {
        if (OperatingSystem.IsWindows())
            return false;
        try
        {
            using var process = Process.Start(new ProcessStartInfo("mpirun", "--version") { RedirectStandardOutput = true })!;
            var version = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return version.Contains("Open MPI", StringComparison.Ordinal);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
