using PetBreeds.Runtime;
using PetBreeds.Training.Losses;
using static TorchSharp.torch;

namespace PetBreeds.Training.Heads;

/// <summary>
/// The objective that <see cref="LogisticRegression"/> minimises, and its gradient. Matrix products run on the features' device in their
/// type; the penalty and the sums over photos run in float64 on the host, because near the minimum the values of two points differ by less
/// than the resolution of float32.
/// </summary>
internal sealed class LogisticObjective : IDisposable
{
    /// <summary>
    /// λ of the biases. Its effect on a class with photos is too small to measure; a class without photos, whose bias would go to −∞, gets
    /// a probability of about 1e-5.
    /// </summary>
    public const double BiasStrength = 1e-6;

    private readonly bool _independent;
    private readonly double _strength;
    private readonly double[] _shares; // weight of each photo in the mean; they sum to 1
    private readonly FeatureMatrix _features; // float32 or float64 [N, F]
    private readonly Tensor _targets; // the features' type [N, K]
    private readonly Tensor _scales; // the features' type [N, 1]: the shares
    private readonly Tensor _totals; // the features' type [N, 1]: a photo's targets summed

    /// <inheritdoc cref="LogisticRegression.Solve"/>
    public LogisticObjective(FeatureMatrix features, Tensor targets, double[] shares, bool independent, double strength)
    {
        (_features, _independent, _strength, _shares) = (features, independent, strength, shares);
        using var scope = NewDisposeScope();
        _targets = targets.detach().to(features.Device).to(features.Type).DetachFromDisposeScope();
        _scales = On(shares).unsqueeze(1).DetachFromDisposeScope();
        _totals = _targets.sum([1], keepdim: true).DetachFromDisposeScope();
        (Classes, Features) = (checked((int)targets.shape[1]), features.Width);
    }

    public int Classes { get; }

    public int Features { get; }

    /// <param name="point">[K·F + K]: the weight row by row, then the bias.</param>
    /// <returns>The objective, its value without the penalty, and its gradient, laid out as <paramref name="point"/>.</returns>
    public (double Value, double Loss, double[] Gradient) At(double[] point)
    {
        var (rows, gradient) = Data(point);
        double loss = 0, penalty = 0;
        for (int i = 0; i < rows.Length; i++)
            loss += _shares[i] * rows[i];
        for (int i = 0; i < point.Length; i++)
        {
            double strength = i < Classes * Features ? _strength : BiasStrength;
            penalty += strength / 2 * point[i] * point[i];
            gradient[i] += strength * point[i];
        }
        return (loss + penalty, loss, gradient);
    }

    public void Dispose()
    {
        _targets.Dispose();
        _scales.Dispose();
        _totals.Dispose();
    }

    /// <summary>Each photo's loss, and the gradient of their weighted mean.</summary>
    private (double[] Losses, double[] Gradient) Data(double[] point)
    {
        using var scope = NewDisposeScope();
        var flat = On(point);
        var weight = flat.narrow(0, 0, (long)Classes * Features).view(Classes, Features);
        var bias = flat.narrow(0, (long)Classes * Features, Classes);
        var (losses, gradient) = (new List<double>(_shares.Length), new double[point.Length]);
        foreach (var block in _features.Blocks())
        {
            using var perBlock = NewDisposeScope();
            Tensor Of(Tensor values) => values.narrow(0, losses.Count, block.shape[0]);
            var logits = nn.functional.linear(block, weight, bias); // [n, K]
            var (each, likely) = _independent ? Sigmoids(logits, Of(_targets)) : Softmaxes(logits, Of(_targets), Of(_totals));
            var residual = likely.sub_(Of(_targets)).mul_(Of(_scales)); // [n, K]
            var part = HostRead.Values(cat([residual.t().mm(block).view(-1), residual.sum([0])]));
            for (int i = 0; i < gradient.Length; i++)
                gradient[i] += part[i];
            losses.AddRange(HostRead.Values(each));
        }
        return ([.. losses], gradient);
    }

    private static (Tensor Losses, Tensor Likely) Sigmoids(Tensor logits, Tensor targets) =>
        (BinaryCrossEntropy.Each(logits, targets).sum([1]), logits.sigmoid());

    private static (Tensor Losses, Tensor Likely) Softmaxes(Tensor logits, Tensor targets, Tensor totals)
    {
        var log = logits.log_softmax(1);
        return (log.mul(targets).sum([1]).neg(), log.exp().mul_(totals));
    }

    /// <summary>Copies values to the features' device and type; they are converted before the copy because Metal has no float64.</summary>
    private Tensor On(double[] values)
    {
        using var scope = NewDisposeScope();
        return tensor(values).to(_features.Type).to(_features.Device).MoveToOuterDisposeScope();
    }
}
