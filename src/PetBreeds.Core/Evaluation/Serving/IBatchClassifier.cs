using PetBreeds.Models;
using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Evaluation.Serving;

/// <summary>What answers for batches of photos: one implementation for each runtime that computes a model.</summary>
internal interface IBatchClassifier : IDisposable
{
    /// <summary>What the model says of itself.</summary>
    ModelCard Card { get; }

    /// <summary>
    /// Classifies photos. Called from one thread at a time.
    /// </summary>
    /// <param name="photos">
    /// At least one, presized to <see cref="Pixels.Preprocessing.Presize"/> unless <see cref="TakesWholePhotos"/>.
    /// </param>
    /// <exception cref="UserException">The model's outputs are not finite.</exception>
    ClassifiedPhoto[] Answer(IReadOnlyList<RgbImage> photos);

    /// <summary>Whether photos are given to it as they were decoded: it presizes them itself.</summary>
    bool TakesWholePhotos => false;

    /// <summary>Draws where a class was seen; null if this runtime cannot.</summary>
    IHeatMaps? HeatMaps => this as IHeatMaps;
}

/// <summary>A classifier that can tell where in a photo it saw a class.</summary>
internal interface IHeatMaps
{
    /// <summary>Where a class was seen. Safe from several threads, also while batches are computed.</summary>
    /// <param name="photo">Presized.</param>
    /// <param name="label">The class's index.</param>
    HeatMap Heat(RgbImage photo, int label);
}

/// <summary>Where a class was seen.</summary>
/// <param name="Crop">What the network saw of the photo.</param>
/// <param name="Heat">0 to 1 for each of its pixels, row by row.</param>
internal sealed record HeatMap(RgbImage Crop, float[] Heat);
