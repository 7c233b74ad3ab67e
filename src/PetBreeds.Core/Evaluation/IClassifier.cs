using PetBreeds.Batches.Augmentation;
using PetBreeds.Models;
using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Evaluation;

/// <summary>The outputs of a network for one photo.</summary>
/// <param name="Logits">One for each class.</param>
/// <param name="Features">The pooled features, the input of a linear head; empty if this runtime does not have them.</param>
internal sealed record NetworkOutput(float[] Logits, float[] Features);

/// <summary>What computes a network's outputs for photos: libtorch or ONNX Runtime.</summary>
internal interface IClassifier : IDisposable
{
    /// <summary>What the model says of itself.</summary>
    ModelCard Card { get; }

    /// <summary>How many photos it is to be given at once.</summary>
    int BatchSize { get; }

    /// <summary>A photo as <see cref="Outputs"/> takes it. Safe from several threads.</summary>
    /// <exception cref="UserException">It cannot be read.</exception>
    RgbImage Read(string path);

    /// <summary>To be held while several threads read, or null where that needs nothing.</summary>
    IDisposable? ReadInParallel();

    /// <summary>The network's outputs for each photo.</summary>
    /// <param name="photos">From <see cref="Read"/>.</param>
    /// <param name="draws">What is done to each first.</param>
    /// <exception cref="UserException">The model cannot be loaded, or cannot do what is drawn.</exception>
    NetworkOutput[] Outputs(IReadOnlyList<RgbImage> photos, IReadOnlyList<AugmentParams> draws);
}
