using PetBreeds.Runtime;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Runtime;

[Collection(nameof(Training.TensorLeakTests))] // it collects memory all the time
public sealed class TensorMathTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Computes_as_its_names_say()
    {
        float[] x = [-1, 2, 4], y = [3, 5, 7];
        Expect([2, 7, 11], New().Add(tensor(y)));
        Expect([.5f, 4.5f, 7.5f], New().Add(tensor(y), .5));
        Expect([-.5f, 2.5f, 4.5f], New().Add(.5));
        Expect([-2, 4, 8], New().Mul(2));
        Expect([-.5f, 1, 2], New().Div(2));
        Expect([0, 2, 4], New().ClampMin(0));
        Assert.Equal([true, false, false], New().Lt(2).data<bool>().ToArray());
        Assert.Equal([false, false, true], New().Gt(2).data<bool>().ToArray());
        Expect([0, 1, 2], TensorMath.Arange(3));
        Expect([.25f], TensorMath.Full(.25, CPU).reshape(1));

        InPlace([2, 7, 11], t => t.AddInPlace(tensor(y)));
        InPlace([.5f, 4.5f, 7.5f], t => t.AddInPlace(tensor(y), .5));
        InPlace([-.5f, 2.5f, 4.5f], t => t.AddInPlace(.5));
        InPlace([-2, 4, 8], t => t.MulInPlace(2));
        InPlace([-.5f, 1, 2], t => t.DivInPlace(2));
        InPlace([0, 2, 3], t => t.ClampInPlace(0, 3));
        InPlace([5, 22, 46], t => t.AddcmulInPlace(tensor(y), tensor(new float[] { 4, 8, 12 }), .5));
        InPlace([-.25f, 3.25f, 5.75f], t => t.AddcdivInPlace(tensor(y), tensor(new float[] { 2, 2, 2 }), .5));
        var count = tensor(3L);
        count.Increment();
        Assert.Equal(4, count.item<long>());
        var parameter = nn.Parameter(New());
        parameter.Constant(7);
        Expect([7, 7, 7], parameter.detach());

        Tensor New() => tensor(x);
        void InPlace(float[] expected, Func<Tensor, Tensor> change)
        {
            var changed = New();
            Assert.Same(changed, change(changed));
            Expect(expected, changed);
        }
    }

    /// <summary>With TorchSharp's own <c>add_(1)</c> about one call in 50,000 failed here.</summary>
    [Fact]
    public void Numbers_live_until_the_operation_has_ended()
    {
        const int Threads = 3, Additions = 400_000;
        var running = true;
        var collector = new Thread(() =>
        {
            while (Volatile.Read(ref running))
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        var sums = new long[Threads];
        try
        {
            Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, i =>
            {
                using var counter = zeros([], ScalarType.Int64);
                for (var n = 0; n < Additions; n++)
                    counter.Increment();
                sums[i] = counter.item<long>();
            });
        }
        finally
        {
            Volatile.Write(ref running, false);
            collector.Join();
        }
        Assert.All(sums, sum => Assert.Equal(Additions, sum));
    }

    private static void Expect(float[] expected, Tensor actual) => Assert.Equal(expected, actual.data<float>().ToArray());
}
