using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Models;

/// <summary>Finds where numbers went wrong.</summary>
internal static class FiniteCheck
{
    /// <summary>Says which tensor of the network is not finite, or else which block first gives something that is not.</summary>
    /// <param name="model">In the mode it was in when it happened; the statistics of its batch norms may change.</param>
    /// <param name="compute">Where and how.</param>
    /// <param name="input">float32 [N, 3, size, size], as the model takes it.</param>
    /// <returns>Null where all is finite.</returns>
    public static string? FirstBadLayer(ImageClassifier model, Compute compute, Tensor input)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        if (!IsFinite(input))
            return "the input of the network is not finite";
        // Not the statistics: the bad output of an earlier layer has spoiled them, too.
        if (FirstBad(model.named_parameters().Select(item => (item.name, (Tensor)item.parameter))) is { } bad)
            return bad;
        using var region = Autocast.Enter(compute.Device, compute.Precision);
        foreach (var (name, output) in model.Walk(compute.ChannelsLast ? input.ChannelsLast() : input))
            if (!IsFinite(output))
                return $"the first layer whose output is not finite is {name}";
        return null;
    }

    /// <summary>Says which weight or running statistic is not finite, or which variance is negative: its root is not a number.</summary>
    /// <returns>Null where all are as they must be.</returns>
    public static string? FirstBadTensor(nn.Module network) => FirstBad(network.NamedTensors());

    /// <summary>Looks at all of them on their device, and reads once what it found.</summary>
    private static string? FirstBad(IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var faults = new List<(string Said, Tensor Is)>();
        foreach (var (name, tensor) in tensors.Where(item => item.Tensor.is_floating_point()))
        {
            faults.Add(($"{name} is not finite", tensor.isfinite().all().logical_not()));
            if (name.EndsWith("running_var", StringComparison.Ordinal))
                faults.Add(($"{name} is negative", tensor.Lt(0).any()));
        }
        Tensor[] all = [.. faults.Select(fault => fault.Is)];
        var first = Array.FindIndex(HostRead.Values(stack(all).to(ScalarType.Float32)), value => value != 0);
        return first < 0 ? null : faults[first].Said;
    }

    private static bool IsFinite(Tensor values) => HostRead.Values(values.detach().isfinite().all().to(ScalarType.Float32))[0] != 0;
}
