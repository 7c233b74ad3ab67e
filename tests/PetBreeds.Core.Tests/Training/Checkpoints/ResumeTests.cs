using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Configuration;
using TorchSharp;
using Xunit;

namespace PetBreeds.Tests.Training.Checkpoints;

/// <summary>Alone: a run draws its first weights from the generator that all tests share.</summary>
[Collection(nameof(TensorLeakTests))]
public sealed class ResumeTests(TinyData data) : IClassFixture<TinyData>
{
    private TrainOptions Config => data.Config with { Epochs = 2, SaveEvery = 0 }; // 3 epochs of 4 steps, the first frozen

    private string NewFolder() => data.At(Guid.NewGuid().ToString("N"));

    [Theory]
    [InlineData(new[] { 0 })]      // before the first step
    [InlineData(new[] { 2 })]      // frozen
    [InlineData(new[] { 4 })]      // frozen and trained, but not validated
    [InlineData(new[] { 6 })]      // unfrozen
    [InlineData(new[] { 1, 5, 11 })]
    public void A_run_gone_on_with_is_the_run_never_interrupted_to_the_last_bit(int[] interruptions)
    {
        using var whole = new CheckpointRun(Config, NewFolder());
        whole.Fit();
        var folder = NewFolder();
        foreach (var (i, step) in interruptions.Index())
        {
            using var part = new CheckpointRun(Config, folder, goOn: i > 0);
            part.FitUntil(step);
        }
        using var rest = new CheckpointRun(Config, folder, goOn: true);
        Assert.Equal(interruptions[^1], rest.Trainer.State.Steps.Count);
        rest.Fit();
        AssertSame(whole, rest);
    }

    [Fact]
    public void What_was_learned_before_an_error_is_saved()
    {
        using var whole = new CheckpointRun(Config, NewFolder());
        whole.Fit();
        var folder = NewFolder();
        using (var part = new CheckpointRun(Config, folder))
        {
            var watch = new Recorder { OnStep = step => { if (step.Step == 5) throw new UserException("the history cannot be written"); } };
            Assert.Throws<UserException>(() => part.Fit(watch));
        }
        using var rest = new CheckpointRun(Config, folder, goOn: true);
        Assert.Equal(6, rest.Trainer.State.Steps.Count); // none since the end of the first epoch was lost
        rest.Fit();
        AssertSame(whole, rest);
    }

    [Fact]
    public void Dropout_does_not_hang_on_random_numbers_drawn_elsewhere()
    {
        using var whole = new CheckpointRun(Config, NewFolder());
        whole.Fit();
        var folder = NewFolder();
        using (var part = new CheckpointRun(Config, folder))
            part.FitUntil(6);
        using var rest = new CheckpointRun(Config, folder, goOn: true);
        torch.manual_seed(99);
        rest.Fit(new Recorder { OnStep = _ => torch.rand(3).Dispose() });
        AssertSame(whole, rest);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void A_checkpoint_taken_beside_a_step_under_way_is_that_of_the_step_before(int step)
    {
        var config = Config with { BatchSize = 4, GradAccum = 2 }; // two parts a step, so that there is a middle
        using var whole = new CheckpointRun(config, NewFolder());
        whole.Fit();
        var folder = NewFolder();
        var parts = 0;
        using (var interrupted = new CheckpointRun(config, folder))
        {
            interrupted.Session.MicroBatches.BeforeForward = _ =>
            {
                if (interrupted.Session.Model.training && parts++ == 2 * step + 1)
                {
                    Task.Run(interrupted.Trainer.Save).GetAwaiter().GetResult(); // as a second thread does, while this one computes
                    throw new InvalidOperationException("the process ends here");
                }
            };
            Assert.Throws<InvalidOperationException>(() => interrupted.Fit());
        }
        using var rest = new CheckpointRun(config, folder, goOn: true);
        Assert.Equal(step, rest.Trainer.State.Steps.Count);
        rest.Fit();
        AssertSame(whole, rest);
    }

    [Fact]
    public void Half_precision_and_late_reading_are_gone_on_with_too()
    {
        var config = Config with { Precision = Precision.BFloat16 };
        using var whole = new CheckpointRun(config, NewFolder());
        whole.Fit();
        var folder = NewFolder();
        using (var part = new CheckpointRun(config, folder))
            part.FitUntil(7);
        using var rest = new CheckpointRun(config, folder, goOn: true);
        rest.Fit();
        AssertSame(whole, rest);
    }

    [Fact]
    public void Smaller_parts_after_memory_ran_out_and_the_average_of_the_weights_are_gone_on_with()
    {
        var config = Config with { Ema = .9 };
        using var whole = new CheckpointRun(config, NewFolder());
        RunOutOfMemoryOnce(whole);
        whole.Fit();
        var folder = NewFolder();
        using (var part = new CheckpointRun(config, folder))
        {
            RunOutOfMemoryOnce(part);
            part.FitUntil(6);
        }
        using var rest = new CheckpointRun(config, folder, goOn: true);
        Assert.Equal(4, rest.Session.MicroBatches.Size);
        rest.Fit();
        AssertSame(whole, rest);

        static void RunOutOfMemoryOnce(CheckpointRun run) => run.Session.MicroBatches.BeforeForward = photos =>
        {
            if (photos == 8 && run.Trainer.State.Steps.Count == 2)
                throw new NativeException("CUDA out of memory. Tried to allocate 2.00 GiB.");
        };
    }

    [Fact]
    public void Other_photos_are_refused()
    {
        var folder = NewFolder();
        using (var part = new CheckpointRun(Config, folder))
            part.FitUntil(1);
        var error = Assert.Throws<UserException>(() => new CheckpointRun(Config with { ValidFraction = .5 }, folder, goOn: true));
        Assert.Contains("it had 32 for training and 8 for validation, and now there are 20 and 20", error.Message);
    }

    [Fact]
    public void Another_network_is_refused_before_anything_is_lost()
    {
        var folder = NewFolder();
        using (var part = new CheckpointRun(Config, folder))
            part.FitUntil(1);
        var error = Assert.Throws<UserException>(() =>
            new CheckpointRun(Config with { Architecture = Architecture.ResNet34 }, folder, goOn: true));
        Assert.Contains("does not fit the network: 'body.layer1.2.conv1.weight' is missing", error.Message);
    }

    private static void AssertSame(CheckpointRun expected, CheckpointRun actual)
    {
        var (a, b) = (expected.Outcome(), actual.Outcome());
        Assert.Equal(a.Steps, b.Steps);
        Assert.Equal(a.Epochs, b.Epochs);
        Assert.Equal(a.Tensors, b.Tensors);
    }
}
