using PetBreeds.Models;

namespace PetBreeds.Evaluation.Serving;

/// <summary>
/// What an application asks about photos. <see cref="BatchingPredictor"/> is it; an application's tests can put something simpler in its
/// place.
/// </summary>
public interface IImageClassifier : IAsyncDisposable, IDisposable
{
    /// <summary>What the model says of itself.</summary>
    ModelCard Card { get; }

    /// <summary>Classifies a photo.</summary>
    /// <param name="photo">The bytes of a picture file, which must stay as they are until the answer is there.</param>
    /// <param name="top">How many classes to name, at least 1.</param>
    /// <param name="name">What the answer and errors call it.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>A photo that cannot be read is an answer with an error.</returns>
    /// <exception cref="QueueFullException">As many photos as may wait are waiting.</exception>
    /// <exception cref="UserException">The model's weights or outputs are no good.</exception>
    Task<Prediction> PredictAsync(
        ReadOnlyMemory<byte> photo, int top = 3, string name = "photo", CancellationToken cancel = default);
}
