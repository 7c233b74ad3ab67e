using System.Runtime.Serialization;

namespace PetBreeds.Training.Configuration;

/// <summary>The defaults of settings that are not given; see <see cref="Recipe"/>.</summary>
public enum RecipeKind
{
    /// <summary>Solve the head, then fine-tune as many layers as the number of photos and classes allows.</summary>
    Auto,

    /// <summary>Only solve the head, on the frozen body.</summary>
    Probe,

    /// <summary>The recipe of fast.ai's chapter 5: fastai's head, one epoch with the body frozen, then all layers.</summary>
    Chapter5,
}

/// <summary>The statistics with which batch norms normalise during training.</summary>
public enum NormMode
{
    /// <summary>The running statistics of the pretrained body, which are not updated.</summary>
    Keep,

    /// <summary>The statistics of each batch, which update the running statistics.</summary>
    Learn,
}

/// <summary>Which layers are trained once the body is unfrozen.</summary>
public enum TrainedLayers
{
    /// <summary>All layers.</summary>
    All,

    /// <summary>All layers but those of the first parameter group (the early half of the body).</summary>
    Late,
}

/// <summary>Which model to keep if fine-tuning ends with a worse model than the solved head.</summary>
public enum FinalModel
{
    /// <summary>Whichever of the solved head and the fine-tuned network has the lower validation error.</summary>
    Better,

    /// <summary>Always the fine-tuned network.</summary>
    Last,
}

/// <summary>How much photos of rare classes count in the loss.</summary>
public enum ClassWeighting
{
    /// <summary>As much as all others.</summary>
    None,

    /// <summary>More than others, so that each class counts the same in total.</summary>
    Balanced,
}

/// <summary>The number format in which processes that train together exchange gradients.</summary>
public enum ReducePrecision
{
    /// <summary>float32.</summary>
    [EnumMember(Value = "fp32")]
    Float32,

    /// <summary>bfloat16: half the bytes, with 8 bits of precision.</summary>
    [EnumMember(Value = "bf16")]
    BFloat16,
}

/// <summary>How often photos are drawn.</summary>
public enum SamplingMode
{
    /// <summary>Each photo once per epoch, in random order.</summary>
    Shuffle,

    /// <summary>Every class equally often.</summary>
    Balanced,
}

/// <summary>What to do when the loss is not finite.</summary>
public enum NonFiniteAction
{
    /// <summary>Stop the training.</summary>
    Stop,

    /// <summary>Continue, once, from the last checkpoint with a tenth of the learning rates.</summary>
    Recover,
}
