using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using PetBreeds.Batches;
using PetBreeds.Models;
using PetBreeds.Pixels;
using PetBreeds.Runtime;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Regularization;
using PetBreeds.Training.Schedules;
using PetBreeds.Training.Steps;
using TorchSharp;
using Xunit;
using AdamW = PetBreeds.Training.Optimizers.AdamW;

namespace PetBreeds.Tests.Training;

/// <summary>TorchSharp counts the live tensors of the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(TensorLeakTests), DisableParallelization = true)]
[Collection(nameof(TensorLeakTests))]
public sealed partial class TensorLeakTests(TinyData data) : IClassFixture<TinyData>
{
    private const int MostBytesAStep = 64 * 1024;

    [Fact]
    public void A_run_leaves_no_tensor_behind()
    {
        using var session = TinyData.Open(
            data.Config with { FreezeEpochs = 0, Epochs = 6, Ema = .9, RandomErasing = .5, Mixup = .4, CutMix = 1 });
        var alive = new List<long>();
        var watch = new Recorder { OnStep = _ => alive.Add(torch.Tensor.TotalCount) };
        using var optimizer = session.NewOptimizer();
        using var trainer = session.Trainer(optimizer);
        GC.Collect(); // what other tests left to the finalizer must not be counted
        GC.WaitForPendingFinalizers();
        trainer.Fit(session.Phases(), watch, CancellationToken.None);
        // The first step makes the optimizer's state; the loader may hold three batches of two tensors more or less.
        Assert.All(alive[1..], count => Assert.InRange(count, alive[1] - 6, alive[1] + 6));
    }

    [Theory]
    [InlineData(Precision.Float32, 16)]
    [InlineData(Precision.Float16, 16)]
    [InlineData(Precision.BFloat16, 5)]
    [InlineData(Precision.Float32, 5, true)]
    public void A_thousand_steps_leave_no_tensor_behind_and_read_nothing(Precision precision, int microBatchSize, bool aids = false)
    {
        using var steps = new TinySteps(precision, microBatchSize: microBatchSize, options: aids
            ? new LoopOptions
            {
                Loss = LossKind.BinaryCrossEntropy,
                LabelSmoothing = .1,
                ClassWeights = [1, 2],
                Mixing = new MixOptions(.4, 1)
            } : null);
        using var batch = TinySteps.Batch(16, 0);
        steps.NextUnread(batch);
        GC.Collect(); // what other tests left to the finalizer must not be counted
        GC.WaitForPendingFinalizers();
        var (alive, reads) = (torch.Tensor.TotalCount, HostRead.Count);
        for (var i = 0; i < 1000; i++)
        {
            steps.NextUnread(batch);
            Assert.Equal(alive, torch.Tensor.TotalCount);
        }
        Assert.Equal(reads, HostRead.Count);
    }

    [Fact]
    public void A_failed_step_leaves_no_tensor_behind()
    {
        using var steps = new TinySteps();
        using var batch = TinySteps.Batch(16, 0);
        steps.NextUnread(batch);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var alive = torch.Tensor.TotalCount;
        steps.MicroBatches.BeforeForward = photos => throw new NativeException("out of memory");
        Assert.Throws<UserException>(() => steps.NextUnread(batch));
        Assert.Equal(alive, torch.Tensor.TotalCount);
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void A_step_of_a_ResNet18_allocates_little_managed_memory(Precision precision)
    {
        using var model = new ImageClassifier(Architecture.Named("resnet18"), 3);
        using var transform = new BatchTransform(8, Normalization.ImageNet);
        using var optimizer = new AdamW(model.ParameterGroups, .01);
        using var learner = new Learner(model, new Compute(torch.CPU, precision, false), transform, new MicroBatches(2), new LoopOptions());
        using var step = new TrainStep(learner, optimizer, new LoopOptions());
        var plan = new StepPlan(0, 0, [1e-3, 1e-3, 1e-3], Momentum: .9);
        using var batch = TinySteps.Batch(2, 0);
        model.train();
        for (var i = 0; i < 3; i++)
            step.Run(batch, plan).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 5; i++)
            step.Run(batch, plan).Dispose();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 5, 1, MostBytesAStep);
    }

    /// <summary>What makes the counts above mean something: there is no other way to a tensor's numbers in these folders.</summary>
    [Theory]
    [InlineData("Training")]
    [InlineData("Training/Steps")]
    [InlineData("Training/Losses")]
    [InlineData("Training/Optimizers")]
    [InlineData("Training/Regularization")]
    [InlineData("Training/State")]
    [InlineData("Training/Checkpoints")]
    [InlineData("Training/Planning")]
    [InlineData("Models")]
    public void Tensors_are_read_through_HostRead_alone(string folder)
    {
        var source = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "src", "PetBreeds.Core", folder));
        var reading = from file in Directory.GetFiles(source, "*.cs")
                      from line in File.ReadLines(file)
                      where Reading().IsMatch(line)
                      select $"{Path.GetFileName(file)}: {line.Trim()}";
        Assert.Empty(reading);

        static string Here([CallerFilePath] string file = "") => file;
    }

    [GeneratedRegex(@"\.(item<|data<|cpu\(|bytes\b|To(Single|Double|Int32|Int64|Boolean|Scalar)\(\)|nonzero\(|tolist\()|\.to\(CPU")]
    private static partial Regex Reading();
}
