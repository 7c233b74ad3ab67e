namespace PetBreeds.Models;

/// <summary>Turns a network's outputs into probabilities, in double precision, because small probabilities dominate the loss.</summary>
internal static class Activation
{
    /// <summary>
    /// Softmax: exp(z/T) divided by its sum over the classes; with independent classes, the sigmoid 1 / (1 + exp(−z/T)) of each. A
    /// temperature T above 1 lowers the confidence, one below 1 raises it; the order of the classes does not change (Guo, Pleiss, Sun,
    /// Weinberger, "On Calibration of Modern Neural Networks", 2017, section 4.2).
    /// </summary>
    /// <param name="logits">The logit of each class.</param>
    /// <param name="temperature">The temperature, above 0.</param>
    /// <param name="independent">Whether each class is predicted independently.</param>
    public static double[] Probabilities(ReadOnlySpan<float> logits, double temperature, bool independent)
    {
        var values = new double[logits.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = logits[i] / temperature;
        if (independent)
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = 1 / (1 + Math.Exp(-values[i]));
            return values;
        }
        var (most, sum) = (values.Max(), 0.0);
        for (var i = 0; i < values.Length; i++)
            sum += values[i] = Math.Exp(values[i] - most);
        for (var i = 0; i < values.Length; i++)
            values[i] /= sum;
        return values;
    }

    /// <summary>
    /// The loss of one photo: −ln of its class's probability; with independent classes, the mean over the classes of −ln of the probability
    /// of the correct answer. Probabilities are clipped to 2.2e-16 from 0 and 1, as in scikit-learn's <c>log_loss</c>.
    /// </summary>
    public static double Loss(ReadOnlySpan<double> probabilities, int label, bool independent)
    {
        if (!independent)
            return LossOf(probabilities[label], there: true);
        var sum = 0.0;
        for (var i = 0; i < probabilities.Length; i++)
            sum += LossOf(probabilities[i], i == label);
        return sum / probabilities.Length;
    }

    /// <summary>−ln of a class's probability if the photo has the class, otherwise −ln of 1 − the probability.</summary>
    internal static double LossOf(double probability, bool there)
    {
        const double Epsilon = 2.220446049250313e-16; // of float64
        return -Math.Log(Math.Clamp(there ? probability : 1 - probability, Epsilon, 1 - Epsilon));
    }
}
