namespace PetBreeds.Batches;

/// <summary>The threads that fill batches.</summary>
/// <param name="Count">Number of threads, at least 1.</param>
/// <param name="Ahead">Number of batches being filled or ready while one is in use, at least 1.</param>
/// <remarks>
/// They run at normal priority: a lower one would starve training as soon as another process needs the cores, and has no measurable benefit
/// otherwise.
/// </remarks>
internal sealed record BatchThreads(int Count, int Ahead);
