namespace PetBreeds.Batches;

/// <summary>Who fills batches.</summary>
/// <param name="Count">Threads, at least 1.</param>
/// <param name="Ahead">How many batches are being filled or full while one is used, at least 1.</param>
/// <param name="Background">
/// Whether they give way to the thread that trains: on the CPU every core is the network's, and a thread that takes one away lets the others wait for it.
/// </param>
internal sealed record BatchThreads(int Count, int Ahead, bool Background);
