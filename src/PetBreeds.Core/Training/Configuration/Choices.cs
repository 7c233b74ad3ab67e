namespace PetBreeds.Training.Configuration;

/// <summary>What settings are where nobody gives them: see <see cref="Recipe"/>.</summary>
public enum RecipeKind
{
    /// <summary>Solve the head, then fine-tune layers as the data allow.</summary>
    Auto,

    /// <summary>Solve the head on the frozen body, and no more.</summary>
    Probe,

    /// <summary>fast.ai's chapter 5: fastai's head, one epoch with a frozen body, then all layers.</summary>
    Chapter5,
}

/// <summary>What batch norms normalise with while training.</summary>
public enum NormMode
{
    /// <summary>The running statistics of the pretrained body, which stay as they are.</summary>
    Keep,

    /// <summary>Each batch's statistics, which are averaged for later.</summary>
    Learn,
}

/// <summary>Which layers learn once the body is unfrozen.</summary>
public enum TrainedLayers
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>All but the first parameter group.</summary>
    Late,
}

/// <summary>Which model is kept where fine-tuning ends below the solved head.</summary>
public enum FinalModel
{
    /// <summary>Of the solved head and the fine-tuned network the one with the lower error on the validation photos.</summary>
    Better,

    /// <summary>The fine-tuned network.</summary>
    Last,
}

/// <summary>What photos of rare classes count in the loss.</summary>
public enum ClassWeighting
{
    /// <summary>What the others count.</summary>
    None,

    /// <summary>More: each class counts the same in all.</summary>
    Balanced,
}

/// <summary>How often photos are drawn.</summary>
public enum SamplingMode
{
    /// <summary>Each once an epoch.</summary>
    Shuffle,

    /// <summary>Every class equally often.</summary>
    Balanced,
}

/// <summary>What is done where the loss is not finite.</summary>
public enum NonFiniteAction
{
    /// <summary>The training stops.</summary>
    Stop,

    /// <summary>It goes on, once, from the last checkpoint at a tenth of the learning rates.</summary>
    Recover,
}
