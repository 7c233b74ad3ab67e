using System.Diagnostics;
using PetBreeds.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Runtime;

/// <summary>The memory of the whole process is looked at, so nothing else may run meanwhile.</summary>
[Collection(nameof(Training.TensorLeakTests))]
public sealed class AtenCallTests
{
    private const int Megabyte = 1 << 20;

    [Fact]
    public void Calls_an_operator_with_lists_numbers_and_a_result()
    {
        using var scope = NewDisposeScope();
        var (scale, tracker) = (tensor(8f), tensor(0, ScalarType.Int32));
        using (var call = new AtenCall("aten::_amp_update_scale_"))
            call.Add(scale).Add(tracker).Add(tensor(1f)).Add(2.0).Add(.5).Add(2000L).Run(returned: 1);
        Assert.Equal(4f, scale.item<float>());
        var (a, b) = (zeros(2), zeros(3));
        using (var call = new AtenCall("aten::_foreach_copy_"))
            call.Add([a, b]).Add([ones(2), ones(3)]).Add(false).Run();
        Assert.Equal(5f, (a.sum() + b.sum()).item<float>());
    }

    /// <remarks>libtorch writes a trace to standard error each time.</remarks>
    [Fact]
    public void A_failure_is_an_exception_and_keeps_no_tensor_alive() => AssertFlat(5, megabytes =>
    {
        using var big = ones(megabytes * Megabyte / sizeof(float));
        using var one = ones(1);
        using var call = new AtenCall("aten::_foreach_copy_");
        call.Add([big, one]).Add([one]).Add(false); // lists of different lengths
        Assert.Throws<InvalidOperationException>(() => call.Run());
    });

    [Fact]
    public void A_call_that_is_not_made_keeps_no_tensor_alive() => AssertFlat(5, megabytes =>
    {
        using var big = ones(megabytes * Megabyte / sizeof(float));
        using var call = new AtenCall("aten::_foreach_copy_");
        call.Add([big, big]).Add(big).AddOptional(big).AddOptional(null);
    });

    [Fact]
    public void A_call_keeps_no_tensor_alive() => AssertFlat(5, megabytes =>
    {
        using var scope = NewDisposeScope();
        var size = megabytes * Megabyte / sizeof(float);
        var (p, g, m, v, step, skip) = (ones(size), ones(size), zeros(size), zeros(size), ones([]), zeros([]));
        using var call = new AtenCall("aten::_fused_adamw_");
        call.Add([p]).Add([g]).Add([m]).Add([v]).Add([]).Add([step]).Add(.1).Add(.9).Add(.99).Add(0.0).Add(1e-5).Add(false).Add(false)
            .AddOptional(null).AddOptional(skip).Run();
        Assert.InRange(p[0].item<float>(), .89, .91); // the first step of Adam is as long as the rate
    });

    /// <summary>
    /// Work on tensors of 240 MB in all leaves less than half of that in memory. (Tensors under 32 MB would stay with malloc.)
    /// </summary>
    private static void AssertFlat(int times, Action<int> work)
    {
        work(240 / times);
        var before = Resident();
        for (var i = 0; i < times; i++)
            work(240 / times);
        Assert.InRange(Resident() - before, long.MinValue, 120L * Megabyte);
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
