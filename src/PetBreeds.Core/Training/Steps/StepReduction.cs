using PetBreeds.Distributed;
using PetBreeds.Runtime;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.State;
using static TorchSharp.torch;

namespace PetBreeds.Training.Steps;

/// <summary>
/// Makes one step of the steps of all processes: each passes its share of the batch through the network, then gradients, loss and the
/// changes of the batch norms' statistics are averaged in buckets (as in Li et al., "PyTorch Distributed", 2020, section 3.2), in float32
/// but for gradients, if so wished. Afterwards all processes have the same numbers and make the same update.
/// </summary>
/// <param name="group">The processes.</param>
/// <param name="model">The network's state, including the statistics before the step.</param>
/// <param name="precision">The number format in which gradients are exchanged.</param>
internal sealed class StepReduction(IProcessGroup group, ModelState model, ReducePrecision precision)
{
    /// <summary>Size of a bucket: large enough for the network's bandwidth to count rather than its latency.</summary>
    internal const int BucketElements = 25 * 1024 * 1024 / sizeof(float);

    /// <summary>Agrees on whether the step can go on, before anything is reduced.</summary>
    /// <param name="photos">Number of photos in this process's share.</param>
    /// <param name="weight">What the mean loss of the share is divided by.</param>
    /// <param name="failed">Whether this process ran out of memory.</param>
    /// <returns>Whether any process failed, the number of photos of all, and this process's part of the mean over all.</returns>
    public (bool Failed, int Photos, double Part) Vote(int photos, double weight, bool failed)
    {
        var sums = group.Sum([failed ? 1.0 : 0.0, photos, weight]);
        return (sums[0] > 0, (int)sums[1], weight / sums[2]);
    }

    /// <summary>Averages gradients, statistics and loss.</summary>
    /// <param name="loss">float32 []: the mean loss of this process's share; becomes the mean over the batch.</param>
    /// <param name="part">This process's part of the mean.</param>
    public void Average(Tensor loss, double part)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        Reduce([loss], part, ScalarType.Float32);
        foreach (var bucket in Buckets([.. model.Gradients()]))
            Reduce(bucket, part, precision == ReducePrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
        var (live, before) = model.Statistics();
        Tensor[] changes = [.. live.Zip(before, (now, then) => now.sub(then))];
        foreach (var bucket in Buckets(changes))
            Reduce(bucket, 1.0 / group.Size, ScalarType.Float32);
        foreach (var (now, then, change) in live.Zip(before, changes))
            now.copy_(then).AddInPlace(change); // unchanged statistics stay the same bits
    }

    /// <summary>Consecutive tensors, together no larger than a bucket unless one of them is.</summary>
    internal static IEnumerable<Tensor[]> Buckets(IReadOnlyList<Tensor> tensors)
    {
        var (bucket, elements) = (new List<Tensor>(), 0L);
        foreach (var tensor in tensors)
        {
            if (elements > 0 && elements + tensor.numel() > BucketElements)
            {
                yield return [.. bucket];
                bucket.Clear();
                elements = 0;
            }
            bucket.Add(tensor);
            elements += tensor.numel();
        }
        if (bucket.Count > 0)
            yield return [.. bucket];
    }

    private void Reduce(Tensor[] tensors, double factor, ScalarType sent)
    {
        using var scope = NewDisposeScope();
        var flat = cat([.. tensors.Select(tensor => tensor.reshape(-1))]).MulInPlace(factor).to(sent); // [elements]
        group.Sum(flat);
        var start = 0L;
        foreach (var tensor in tensors)
        {
            tensor.copy_(flat.narrow(0, start, tensor.numel()).reshape(tensor.shape));
            start += tensor.numel();
        }
    }
}
