using PetBreeds.Batches.Augmentation;
using PetBreeds.Models;
using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Evaluation;

/// <summary>What computes a network's outputs for photos: libtorch or ONNX Runtime.</summary>
internal interface IClassifier : IDisposable
{
    /// <summary>What the model says of itself.</summary>
    ModelCard Card { get; }

    /// <summary>How many photos it is to be given at once.</summary>
    int BatchSize { get; }

    /// <summary>A photo as <see cref="Logits"/> takes it. Safe from several threads.</summary>
    /// <exception cref="UserException">It cannot be read.</exception>
    RgbImage Read(string path);

    /// <summary>To be held while several threads read, or null where that needs nothing.</summary>
    IDisposable? ReadInParallel();

    /// <summary>The network's outputs, a row for each photo.</summary>
    /// <param name="photos">From <see cref="Read"/>.</param>
    /// <param name="draws">What is done to each first.</param>
    /// <exception cref="UserException">The model cannot be loaded, or cannot do what is drawn.</exception>
    float[][] Logits(IReadOnlyList<RgbImage> photos, IReadOnlyList<AugmentParams> draws);
}
