using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Models;

/// <summary>Finds where values that are not finite come from.</summary>
internal static class FiniteCheck
{
    /// <summary>Names the first tensor of the network that is not finite, or else the first block whose output is not.</summary>
    /// <param name="model">The model, in the mode in which the problem occurred; the statistics of its batch norms may change.</param>
    /// <param name="compute">The device and precision.</param>
    /// <param name="input">float32 [N, 3, size, size], as the model expects it.</param>
    /// <returns>A description; null if everything is finite.</returns>
    public static string? FirstBadLayer(ImageClassifier model, Compute compute, Tensor input)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        if (!IsFinite(input))
            return "the input of the network is not finite";
        // Not the statistics: bad outputs of an earlier layer corrupt them, too.
        if (FirstBad(model.named_parameters().Select(item => (item.name, (Tensor)item.parameter))) is { } bad)
            return bad;
        using var region = Autocast.Enter(compute.Device, compute.Precision);
        foreach (var (name, output) in model.Walk(compute.ChannelsLast ? input.ChannelsLast() : input))
            if (!IsFinite(output))
                return $"the first layer whose output is not finite is {name}";
        return null;
    }

    /// <summary>Names the first weight or running statistic that is not finite, or variance that is negative, whose root is NaN.</summary>
    /// <returns>A description; null if all are valid.</returns>
    public static string? FirstBadTensor(nn.Module network) => FirstBad(network.NamedTensors());

    /// <summary>Refuses a model that was read from a file and could only answer NaN.</summary>
    /// <exception cref="UserException">One of its tensors is not finite.</exception>
    public static void RequireFinite(nn.Module network, string file)
    {
        if (FirstBadTensor(network) is { } bad)
            throw Damaged("the model's weights are invalid", bad, file);
    }

    /// <summary>The error for a model file that cannot be computed with.</summary>
    public static UserException Damaged(string problem, string why, string file) => new($"{problem}: {why}", file,
        "Its weights are damaged: use the model of an earlier epoch or of another run, or train again.");

    /// <summary>Checks all of them on their device and reads the result once.</summary>
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
