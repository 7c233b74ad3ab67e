namespace PetBreeds.Evaluation.Serving;

/// <summary>A photo was refused because as many as may wait are waiting: try again shortly.</summary>
/// <param name="waiting">How many there are.</param>
public sealed class QueueFullException(int waiting) : Exception(
    waiting == 1 ? "1 photo is waiting already" : $"{waiting} photos are waiting already")
{
    /// <summary>How many photos are waiting.</summary>
    public int Waiting { get; } = waiting;
}
