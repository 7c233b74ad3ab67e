using PetBreeds.Models;

namespace PetBreeds.Evaluation;

/// <summary>What a model made of one photo whose class is known.</summary>
/// <param name="Name">The photo's name in its data set.</param>
/// <param name="Path">Its file.</param>
/// <param name="Actual">Its class, an index.</param>
/// <param name="Predicted">The most probable class; the first of equals.</param>
/// <param name="Probability">Of <paramref name="Predicted"/>.</param>
/// <param name="ActualProbability">Of <paramref name="Actual"/>.</param>
/// <param name="Loss">See <see cref="Activation.Loss"/>.</param>
internal sealed record PhotoResult(string Name, string Path, int Actual, int Predicted, double Probability,
    double ActualProbability, double Loss)
{
    /// <summary>Whether the most probable class is the right one.</summary>
    public bool Right => Actual == Predicted;
}
