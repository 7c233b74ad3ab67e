namespace PetBreeds.Evaluation;

/// <summary>A class and how probable the model finds it.</summary>
/// <param name="Name">The class.</param>
/// <param name="Probability">Softmax over all classes, 0 to 1; it sums to 1 even where no class is right.</param>
public sealed record ClassProbability(string Name, double Probability);

/// <summary>The answer for one photo.</summary>
/// <param name="Path">The photo.</param>
/// <param name="Top">The most probable classes, best first; empty where the photo could not be read.</param>
/// <param name="Error">Why it could not be read, else null.</param>
public sealed record Prediction(string Path, IReadOnlyList<ClassProbability> Top, UserException? Error);
