using PetBreeds.Runtime;
using PetBreeds.Training.Losses;
using static TorchSharp.torch;

namespace PetBreeds.Training.Heads;

/// <summary>Logits of photos from heads that were not trained on them, and their quality.</summary>
/// <param name="logits">float32 [n, classes].</param>
/// <param name="targets">float32 [n, classes].</param>
/// <param name="weights">float32 [n]: the weight of each photo.</param>
/// <param name="independent">Whether each class is predicted independently.</param>
internal sealed class HeldOut(Tensor logits, Tensor targets, Tensor weights, bool independent)
{
    private const double Golden = .6180339887498949;

    /// <summary>The mean loss, as in <see cref="Criterion"/>, of the logits divided by a temperature.</summary>
    public double Loss(double temperature) => Loss(temperature, doubt: 0);

    /// <param name="temperature">Above 0.</param>
    /// <param name="doubt">Share of the targets that is spread evenly over all classes.</param>
    private double Loss(double temperature, double doubt)
    {
        using var scope = NewDisposeScope();
        var scaled = logits.Div(temperature);
        var soft = targets.Mul(1 - doubt).Add(doubt / (independent ? 2 : targets.shape[1]));
        var each = independent ? BinaryCrossEntropy.Each(scaled, soft).mean([1]) : scaled.log_softmax(1).mul(soft).sum(1).neg();
        return HostRead.Values(each.mul(weights).sum().div(weights.sum()))[0];
    }

    /// <summary>Share of photos whose top class is wrong, unweighted.</summary>
    public double Error()
    {
        using var scope = NewDisposeScope();
        return HostRead.Values(logits.argmax(1).ne(targets.argmax(1)).to(ScalarType.Float32).mean())[0];
    }

    /// <summary>
    /// The temperature with the lowest loss (Guo et al., 2017, section 4.2), from 1/20 to 20, by golden-section search: the loss is convex
    /// in 1/T. If all n photos are right, no temperature would be low enough; one more photo, of which nothing is known, prevents that.
    /// </summary>
    public double Temperature()
    {
        var doubt = 1.0 / (logits.shape[0] + 1);
        double Loss(double temperature) => this.Loss(temperature, doubt);
        var (low, high) = (-Math.Log(20), Math.Log(20));
        var (a, b) = (high - Golden * (high - low), low + Golden * (high - low));
        var (atA, atB) = (Loss(Math.Exp(a)), Loss(Math.Exp(b)));
        while (high - low > 1e-3)
        {
            if (atA <= atB)
            {
                (high, b, atB) = (b, a, atA);
                atA = Loss(Math.Exp(a = high - Golden * (high - low)));
            }
            else
            {
                (low, a, atA) = (a, b, atB);
                atB = Loss(Math.Exp(b = low + Golden * (high - low)));
            }
        }
        return Math.Exp((low + high) / 2);
    }
}
