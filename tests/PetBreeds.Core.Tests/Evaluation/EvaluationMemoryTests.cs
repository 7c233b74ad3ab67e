using PetBreeds.Evaluation;
using PetBreeds.Models;
using PetBreeds.Runtime;
using Xunit;

namespace PetBreeds.Tests.Evaluation;

/// <summary>The collector counts the memory of the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(EvaluationMemoryTests), DisableParallelization = true)]
[Collection(nameof(EvaluationMemoryTests))]
public class EvaluationMemoryTests
{
    [Fact]
    public void Memory_does_not_grow_with_photos()
    {
        var (collector, fit) = (new EvaluationCollector(["a", "b", "c", "d"]), new TemperatureFit(independent: false));
        Add(collector, fit, 0, 20_000); // every pair has its examples
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Add(collector, fit, 20_000, 200_000); // kept whole, their probabilities alone would take 6 MB
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 500_000);
        Assert.Equal(220_000, collector.Result().Photos);
    }

    private static void Add(EvaluationCollector collector, TemperatureFit fit, int first, int count)
    {
        var random = new SeededRandom((ulong)first);
        for (var i = 0; i < count; i++)
        {
            var logits = new float[4];
            for (var j = 0; j < 4; j++)
                logits[j] = (float)random.NextDouble(-3, 3);
            collector.Add(MetricsTests.Photo(first + i, i % 4), Activation.Probabilities(logits, 1, independent: false));
            if (i % 10 == 0)
                fit.Add(logits, i % 4);
        }
    }
}
