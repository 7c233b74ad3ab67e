namespace PetBreeds.Models;

/// <summary>Turns a network's outputs into probabilities, in double precision: small ones decide the loss.</summary>
internal static class Activation
{
    /// <summary>
    /// exp(z/T) over their sum; with independent classes 1 / (1 + exp(−z/T)) each. A temperature T above 1 makes the answer less sure,
    /// below 1 more so; the order of the classes stays (Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", 2017,
    /// section 4.2).
    /// </summary>
    /// <param name="logits">One for each class.</param>
    /// <param name="temperature">Above 0.</param>
    /// <param name="independent">Whether each class is asked for on its own.</param>
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
    /// The loss of one photo: −ln of its class's probability; with independent classes the mean over the classes of −ln of what is right
    /// about each. Probabilities are kept 2.2e-16 away from 0 and 1, as scikit-learn's <c>log_loss</c> does.
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

    /// <summary>−ln of a class's probability where it is there, else of what is left of 1.</summary>
    internal static double LossOf(double probability, bool there)
    {
        const double Epsilon = 2.220446049250313e-16; // of float64
        return -Math.Log(Math.Clamp(there ? probability : 1 - probability, Epsilon, 1 - Epsilon));
    }
}
