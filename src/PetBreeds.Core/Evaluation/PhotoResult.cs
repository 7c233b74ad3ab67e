using PetBreeds.Models;

namespace PetBreeds.Evaluation;

/// <summary>A model's prediction for one photo whose class is known.</summary>
/// <param name="Name">The photo's name in its data set.</param>
/// <param name="Path">Its file.</param>
/// <param name="Actual">Index of its true class.</param>
/// <param name="Predicted">Index of the most probable class; the first one of equals.</param>
/// <param name="Probability">Probability of <paramref name="Predicted"/>.</param>
/// <param name="ActualProbability">Probability of <paramref name="Actual"/>.</param>
/// <param name="Loss">See <see cref="Activation.Loss"/>.</param>
internal sealed record PhotoResult(string Name, string Path, int Actual, int Predicted, double Probability,
    double ActualProbability, double Loss)
{
    /// <summary>Whether the most probable class is the true one.</summary>
    public bool Right => Actual == Predicted;
}
