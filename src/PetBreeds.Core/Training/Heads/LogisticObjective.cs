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
    private readonly Tensor _features; // float32 or float64 [N, F]
    private readonly Tensor _targets; // the features' type [N, K]
    private readonly Tensor _scales; // the features' type [N, 1]: the shares
    private readonly Tensor _totals; // the features' type [N, 1]: a photo's targets summed

    /// <inheritdoc cref="LogisticRegression.Solve"/>
    public LogisticObjective(Tensor features, Tensor targets, double[] shares, bool independent, double strength)
    {
        (_independent, _strength, _shares) = (independent, strength, shares);
        using var scope = NewDisposeScope();
        var type = features.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        _features = features.detach().to(type).DetachFromDisposeScope();
        _targets = targets.detach().to(features.device).to(type).DetachFromDisposeScope();
        _scales = On(shares).unsqueeze(1).DetachFromDisposeScope();
        _totals = _targets.sum([1], keepdim: true).DetachFromDisposeScope();
        (Classes, Features) = (checked((int)targets.shape[1]), checked((int)features.shape[1]));
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
        _features.Dispose();
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
        var logits = nn.functional.linear(_features, weight, flat.narrow(0, (long)Classes * Features, Classes)); // [N, K]
        var (losses, likely) = _independent ? Sigmoids(logits) : Softmaxes(logits);
        var residual = likely.sub_(_targets).mul_(_scales); // [N, K]
        var gradient = cat([residual.t().mm(_features).view(-1), residual.sum([0])]);
        return (HostRead.Values(losses), HostRead.Values(gradient));
    }

    private (Tensor Losses, Tensor Likely) Sigmoids(Tensor logits) =>
        (BinaryCrossEntropy.Each(logits, _targets).sum([1]), logits.sigmoid());

    private (Tensor Losses, Tensor Likely) Softmaxes(Tensor logits)
    {
        var log = logits.log_softmax(1);
        return (log.mul(_targets).sum([1]).neg(), log.exp().mul_(_totals));
    }

    /// <summary>Copies values to the features' device and type; they are converted before the copy because Metal has no float64.</summary>
    private Tensor On(double[] values)
    {
        using var scope = NewDisposeScope();
        return tensor(values).to(_features.dtype).to(_features.device).MoveToOuterDisposeScope();
    }
}
