using System.Diagnostics;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Tests.Training.Checkpoints;
using PetBreeds.Training.Configuration;
using TorchSharp;
using Xunit;

namespace PetBreeds.Tests.Training;

/// <summary>
/// 2,000 steps on the sample data set with a checkpoint at each epoch's end. It takes some minutes and is run when asked for:
/// <c>PetBreeds.Core.Tests -explicit only</c>.
/// </summary>
[Collection(nameof(TensorLeakTests))] // it counts tensors
public sealed class SoakTests : IDisposable
{
    private const int Epochs = 100; // of 20 steps
    private const int Warm = 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("petbreeds-soak-").FullName;

    [Fact(Explicit = true)]
    public void Memory_tensors_and_handles_stay_flat_over_2000_steps()
    {
        var config = new TrainOptions
        {
            Data = "sample",
            Architecture = Architecture.ResNet18,
            Weights = InitialWeights.None,
            Presize = 64,
            Size = 32,
            BatchSize = 16,
            FreezeEpochs = 0,
            Epochs = Epochs,
            Device = ComputeDevice.Cpu,
        };
        using var run = new CheckpointRun(config, Path.Combine(_folder, "checkpoint"));
        var rows = new List<(int Step, long Tensors, int Handles, double Megabytes, double Managed)>();
        run.Fit(new Recorder { OnStep = step => { if ((step.Step + 1) % 20 == 0) rows.Add(Measure(step.Step + 1)); } });

        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine("step  tensors  handles  resident MB  managed MB");
        foreach (var (step, tensors, handles, megabytes, managed) in rows.Where(row => row.Step % 200 == 0))
            output.WriteLine($"{step,4}  {tensors,7}  {handles,7}  {megabytes,11:0.0}  {managed,10:0.0}");

        Assert.Equal(2000, rows[^1].Step);
        Assert.Single(rows.Skip(Warm).Select(row => row.Tensors).Distinct());
        var (early, late) = (rows[Warm..(Warm + 20)], rows[^20..]);
        Assert.InRange(late.Max(row => row.Handles), 0, early.Max(row => row.Handles) + 2);
        Assert.InRange(late.Average(row => row.Megabytes), 0, 1.03 * early.Average(row => row.Megabytes));
        Assert.InRange(late.Average(row => row.Managed), 0, early.Average(row => row.Managed) + 2);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (int, long, int, double, double) Measure(int step)
    {
        var managed = GC.GetTotalMemory(forceFullCollection: true) / 1e6;
        using var process = Process.GetCurrentProcess();
        return (step, torch.Tensor.TotalCount, process.HandleCount, process.WorkingSet64 / 1e6, managed);
    }
}
