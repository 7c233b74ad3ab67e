using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Losses;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Runtime;

public sealed class AutocastTests
{
    [Theory]
    [InlineData(Precision.Float32, ScalarType.Float32)]
    [InlineData(Precision.BFloat16, ScalarType.BFloat16)]
    [InlineData(Precision.Float16, ScalarType.Float16)]
    public void Convolutions_and_products_run_in_half_precision_the_rest_does_not(Precision precision, ScalarType half)
    {
        using var scope = NewDisposeScope();
        using var convolution = nn.Conv2d(3, 8, 3);
        using var norm = new BatchNorm(8);
        using var linear = nn.Linear(8, 4);
        var input = randn(2, 3, 8, 8);
        Tensor mapped, normed, pooled, logits, probabilities;
        using (Autocast.Enter(CPU, precision))
        {
            mapped = convolution.forward(input);
            normed = norm.forward(mapped);
            pooled = normed.mean([2, 3]);
            logits = linear.forward(pooled);
            probabilities = logits.to(ScalarType.Float32).softmax(1);
        }
        var loss = CrossEntropy.Mean(logits, tensor([0L, 1]));
        loss.backward();
        Assert.Equal(half, mapped.dtype);
        Assert.Equal(half, logits.dtype);
        Assert.Equal(ScalarType.Float32, probabilities.dtype);
        Assert.Equal(ScalarType.Float32, loss.dtype);
        Assert.All((Tensor?[])[norm.weight, norm.bias, norm.running_mean, norm.running_var, convolution.weight, linear.weight.grad,
            norm.weight!.grad, convolution.weight!.grad], tensor => Assert.Equal(ScalarType.Float32, tensor!.dtype));
        Assert.Equal(ScalarType.Float32, convolution.forward(input).dtype); // the region has ended
    }

    [Fact]
    public void Regions_nest_and_come_back()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 2);
        using (Autocast.Enter(CPU, Precision.BFloat16))
        {
            using (Autocast.Enter(CPU, Precision.Float16))
                Assert.Equal(ScalarType.Float16, nn.functional.linear(x, x).dtype);
            using (Autocast.Pause(CPU))
                Assert.Equal(ScalarType.Float32, nn.functional.linear(x, x).dtype);
            Assert.Equal(ScalarType.BFloat16, nn.functional.linear(x, x).dtype);
        }
        Assert.Equal(ScalarType.Float32, nn.functional.linear(x, x).dtype);
    }

    /// <summary>The first convolution of a training asks for it, inside its region.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_oneDNN_computes_is_judged_in_float32_inside_a_region_too(int stride)
    {
        var outside = OneDnn.IsRight(stride);
        using var region = Autocast.Enter(CPU, Precision.BFloat16);
        Assert.Equal(outside, OneDnn.IsRight(stride));
    }

    [Fact]
    public void A_region_is_of_one_thread()
    {
        using var region = Autocast.Enter(CPU, Precision.BFloat16);
        var elsewhere = ScalarType.Byte;
        var thread = new Thread(() =>
        {
            using var scope = NewDisposeScope();
            elsewhere = nn.functional.linear(ones(2, 2), ones(2, 2)).dtype;
        });
        thread.Start();
        thread.Join();
        Assert.Equal(ScalarType.Float32, elsewhere);
    }

    [Fact]
    public void A_weight_is_converted_anew_in_the_next_region()
    {
        using var scope = NewDisposeScope();
        var weight = ones(1, 1).requires_grad_();
        Assert.Equal(1f, Product());
        using (no_grad())
            weight.fill_(3);
        Assert.Equal(3f, Product());

        float Product()
        {
            using var region = Autocast.Enter(CPU, Precision.BFloat16);
            return nn.functional.linear(ones(1, 1), weight).to(ScalarType.Float32).item<float>();
        }
    }

    [Theory]
    [InlineData(9, Precision.BFloat16)]
    [InlineData(8, Precision.BFloat16)]
    [InlineData(7, Precision.Float16)]
    [InlineData(6, Precision.Float32)]
    public void Auto_takes_what_tensor_cores_take(int major, Precision expected) => Assert.Equal(expected, Precisions.ForCuda((major, 0)));

    [Fact]
    public void Auto_without_a_word_from_the_driver_is_float16() => Assert.Equal(Precision.Float16, Precisions.ForCuda(null));

    [Fact]
    public void Auto_on_a_processor_is_float32_unless_it_has_bfloat16() => Assert.Equal(
        CpuFeatures.Detect().FastBFloat16 ? Precision.BFloat16 : Precision.Float32, Precisions.Resolve(null, CPU));

    [Fact]
    public void Names_are_read_and_written() => Assert.All(
        EnumNames.All<Precision>(), name => Assert.Equal(name, Precisions.Resolve(EnumNames.Named<Precision>(name), CPU).Name()));
}
