using System.Collections;
using System.Globalization;

namespace PetBreeds.Distributed;

/// <summary>How the processes of a job find each other, as far as the environment tells.</summary>
internal enum LauncherKind
{
    /// <summary>mpirun of Open MPI.</summary>
    OpenMpi,

    /// <summary>mpiexec of MPICH, Intel MPI or Microsoft MPI; Slurm with <c>--mpi=pmi2</c>.</summary>
    Pmi,

    /// <summary>Slurm with <c>--mpi=pmix</c>, prterun and others.</summary>
    Pmix,

    /// <summary>Slurm without any of these.</summary>
    Slurm,
}

/// <summary>What has started this process, perhaps together with others.</summary>
/// <param name="Kind">How the processes find each other.</param>
/// <param name="Tasks">How many were started; null if the environment does not say.</param>
internal sealed record Launcher(LauncherKind Kind, int? Tasks)
{
    /// <summary>The batch script, the shell of <c>salloc</c> and the like have step numbers from here on.</summary>
    private const uint FirstSpecialStep = 0xFFFF_FF00;

    /// <summary>Finds the launcher in the variables that it sets.</summary>
    /// <returns>Null if this process was started on its own.</returns>
    public static Launcher? Find(IReadOnlyDictionary<string, string> environment)
    {
        var slurm = SlurmTasks(environment);
        if (Number(environment, "OMPI_COMM_WORLD_SIZE") is { } ranks)
            return new(LauncherKind.OpenMpi, ranks);
        if (environment.ContainsKey("PMI_RANK") && Number(environment, "PMI_SIZE") is { } size)
            return new(LauncherKind.Pmi, size);
        if (environment.ContainsKey("PMIX_RANK") && environment.ContainsKey("PMIX_NAMESPACE"))
            return new(LauncherKind.Pmix, slurm);
        return slurm > 1 ? new(LauncherKind.Slurm, slurm) : null;
    }

    /// <summary>The rank that the launcher gave this process; 0 if it gave none.</summary>
    public static int RankOf(IReadOnlyDictionary<string, string> environment) =>
        Number(environment, "OMPI_COMM_WORLD_RANK") ?? Number(environment, "PMI_RANK") ?? Number(environment, "PMIX_RANK")
            ?? Number(environment, "SLURM_PROCID") ?? 0;

    /// <summary>The environment of this process.</summary>
    public static Dictionary<string, string> ReadEnvironment() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);

    /// <summary>The tasks of the srun step that this process belongs to; null outside of one, even within an allocation.</summary>
    private static int? SlurmTasks(IReadOnlyDictionary<string, string> environment)
    {
        var inStep = environment.ContainsKey("SLURM_PROCID") && environment.TryGetValue("SLURM_STEP_ID", out var text)
            && uint.TryParse(text, CultureInfo.InvariantCulture, out var step) && step < FirstSpecialStep;
        return inStep ? Number(environment, "SLURM_STEP_NUM_TASKS") ?? Number(environment, "SLURM_NTASKS") : null;
    }

    private static int? Number(IReadOnlyDictionary<string, string> environment, string name) =>
        environment.TryGetValue(name, out var text) && int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}
