using PetBreeds.Distributed;
using Xunit;

namespace PetBreeds.Tests.Distributed;

public class LauncherTests
{
    [Theory]
    [InlineData("", null, null)]
    [InlineData("OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=1 PMIX_RANK=1 PMIX_NAMESPACE=n", "OpenMpi", 4)]
    [InlineData("PMI_SIZE=2 PMI_RANK=0", "Pmi", 2)]
    [InlineData("PMI_RANK=0", null, null)]
    [InlineData("PMIX_RANK=0 PMIX_NAMESPACE=n", "Pmix", null)]
    [InlineData("PMIX_RANK=0", null, null)]
    [InlineData("PMIX_RANK=0 PMIX_NAMESPACE=n SLURM_STEP_ID=0 SLURM_PROCID=0 SLURM_NTASKS=8", "Pmix", 8)]
    [InlineData("SLURM_STEP_ID=3 SLURM_PROCID=1 SLURM_NTASKS=4", "Slurm", 4)]
    [InlineData("SLURM_STEP_ID=3 SLURM_PROCID=0 SLURM_NTASKS=1", null, null)]
    [InlineData("SLURM_STEP_ID=3 SLURM_PROCID=0 SLURM_NTASKS=4 SLURM_STEP_NUM_TASKS=1", null, null)]
    [InlineData("SLURM_JOB_ID=7 SLURM_PROCID=0 SLURM_NTASKS=4", null, null)] // a batch script
    [InlineData("SLURM_STEP_ID=4294967290 SLURM_PROCID=0 SLURM_NTASKS=4", null, null)] // the shell of salloc
    [InlineData("SLURM_STEP_ID=3 SLURM_NTASKS=4", null, null)]
    [InlineData("OMPI_COMM_WORLD_SIZE=many", null, null)]
    public void The_launcher_is_known_by_its_variables(string variables, string? kind, int? tasks)
    {
        var environment = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(variable => variable.Split('='))
            .ToDictionary(parts => parts[0], parts => parts[1]);

        var launcher = Launcher.Find(environment);

        Assert.Equal((kind, tasks), (launcher?.Kind.ToString(), launcher?.Tasks));
    }
}
