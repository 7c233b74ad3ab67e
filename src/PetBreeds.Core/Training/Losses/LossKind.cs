using System.Runtime.Serialization;

namespace PetBreeds.Training.Losses;

/// <summary>What training makes small: see <see cref="Criterion"/>.</summary>
public enum LossKind
{
    /// <summary>Softmax over classes that exclude each other, and the negative log-likelihood.</summary>
    [EnumMember(Value = "ce")]
    CrossEntropy,

    /// <summary>A sigmoid for each class, which is asked for by itself; the mean over the classes.</summary>
    [EnumMember(Value = "bce")]
    BinaryCrossEntropy,
}
