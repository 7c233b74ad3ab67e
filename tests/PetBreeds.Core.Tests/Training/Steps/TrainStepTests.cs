using PetBreeds.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Training.Steps;

public sealed class TrainStepTests
{
    [Theory]
    [InlineData(Precision.BFloat16, .02)]
    [InlineData(Precision.Float16, .005)]
    public void Half_precision_follows_float32s_losses(Precision precision, double tolerance)
    {
        var expected = Losses(Precision.Float32);
        var actual = Losses(precision);
        Assert.True(expected[^1] < .5 * expected[0]);
        Assert.NotEqual(expected, actual);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - tolerance, pair.First + tolerance));
    }

    [Fact]
    public void An_overflow_skips_one_step_and_halves_the_scale()
    {
        using var scope = NewDisposeScope();
        using var steps = new TinySteps(Precision.Float16);
        Assert.False(steps.Next().Skipped);
        var before = Weights(steps);
        steps.Net.Overflow = true;
        var (loss, skipped) = steps.Next();
        Assert.True(skipped);
        Assert.True(float.IsFinite(loss));
        Assert.Equal(32768f, steps.Scaler!.Scale.item<float>());
        Assert.Equal(before, Weights(steps));
        steps.Net.Overflow = false;
        Assert.False(steps.Next().Skipped);
        Assert.Equal(32768f, steps.Scaler.Scale.item<float>());
        Assert.NotEqual(before, Weights(steps));
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void Without_a_scaler_a_gradient_that_is_not_finite_skips_the_step_too(Precision precision)
    {
        using var steps = new TinySteps(precision);
        steps.Next();
        var before = Weights(steps);
        using (no_grad())
            steps.Net.Norm.weight!.fill_(1e38f);
        var poisoned = Weights(steps);
        Assert.True(steps.Next().Skipped);
        Assert.Equal(poisoned, Weights(steps));
        Assert.NotEqual(before, poisoned);
    }

    [Theory]
    [InlineData(16, 4)]
    [InlineData(15, 4)] // parts of 3 and 4
    [InlineData(5, 1)] // parts of 2 and 3: batch norm needs two
    public void Parts_give_the_step_of_the_whole_batch(int photos, int microBatchSize)
    {
        using var whole = new TinySteps(batchNorm: false, microBatchSize: photos);
        using var parts = new TinySteps(batchNorm: false, microBatchSize: microBatchSize);
        for (var step = 0; step < 5; step++)
            Assert.Equal(whole.Next(photos).Loss, parts.Next(photos).Loss, 1e-5);
        foreach (var (a, b) in Weights(whole).Zip(Weights(parts)))
            Assert.Equal(a, b, 1e-5);
    }

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB.")]
    [InlineData("[enforce fail at alloc_cpu.cpp:121] . DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes.")]
    public void Where_memory_runs_out_the_step_is_done_again_in_smaller_parts_and_nothing_is_lost(string message)
    {
        using var failing = new TinySteps();
        using var expected = new TinySteps();
        var told = new List<int>();
        failing.MicroBatches.Halved += told.Add;
        for (var step = 0; step < 6; step++)
        {
            if (step == 3)
            {
                Assert.True(expected.MicroBatches.Halve(16, 2) && expected.MicroBatches.Halve(16, 2)); // 4 at once from here
                var parts = 0;
                failing.MicroBatches.BeforeForward = photos =>
                {
                    parts = photos == 8 ? parts + 1 : 0;
                    if (photos == 16 || parts == 2) // the second part of 8: the first has left its traces in statistics and gradients
                        throw new NativeException(message);
                };
            }
            Assert.Equal(expected.Next(), failing.Next());
        }
        Assert.Equal([8, 4], told);
        Assert.Equal(Weights(expected), Weights(failing));
        Assert.Equal(Numbers(expected.Net.buffers()), Numbers(failing.Net.buffers()));
        Assert.Equal(3 + 3 * 4, failing.Net.Norm.num_batches_tracked!.item<long>());
    }

    [Fact]
    public void Other_errors_are_not_taken_for_it()
    {
        using var steps = new TinySteps();
        steps.MicroBatches.BeforeForward = _ => throw new NativeException("CUDA error: device-side assert triggered");
        Assert.Throws<NativeException>(() => steps.Next());
    }

    [Fact]
    public void Memory_for_less_than_two_photos_is_an_error_that_says_so()
    {
        using var steps = new TinySteps();
        steps.MicroBatches.BeforeForward = _ => throw new NativeException("CUDA out of memory");
        var error = Assert.Throws<UserException>(() => steps.Next());
        Assert.Contains("too little memory for 2 photos", error.Message);
        Assert.InRange(steps.MicroBatches.Size, 1, 16); // it is saved: a run that ended so can be resumed
        Assert.Contains("`size`", error.Remedy);
    }

    private static float[] Losses(Precision precision)
    {
        using var steps = new TinySteps(precision);
        return [.. Enumerable.Range(0, 100).Select(_ => steps.Next().Loss)];
    }

    private static float[] Weights(TinySteps steps) => Numbers(steps.Net.parameters());

    private static float[] Numbers(IEnumerable<Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        return [.. tensors.SelectMany(tensor => tensor.detach().to(ScalarType.Float32).reshape(-1).data<float>().ToArray())];
    }
}
