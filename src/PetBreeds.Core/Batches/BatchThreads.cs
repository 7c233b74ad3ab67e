namespace PetBreeds.Batches;

/// <summary>Who fills batches.</summary>
/// <param name="Count">Threads, at least 1.</param>
/// <param name="Ahead">How many batches are being filled or full while one is used, at least 1.</param>
/// <remarks>
/// They run at the usual priority: a lower one starves the training as soon as another process wants the cores, and gains nothing
/// measurable without one.
/// </remarks>
internal sealed record BatchThreads(int Count, int Ahead);
