using System.Runtime.Serialization;

namespace PetBreeds.Training.Losses;

/// <summary>The loss that training minimises; see <see cref="Criterion"/>.</summary>
public enum LossKind
{
    /// <summary>Cross-entropy over mutually exclusive classes: softmax and negative log-likelihood.</summary>
    [EnumMember(Value = "ce")]
    CrossEntropy,

    /// <summary>Binary cross-entropy: a sigmoid for each class, which is predicted independently; the mean over the classes.</summary>
    [EnumMember(Value = "bce")]
    BinaryCrossEntropy,
}
