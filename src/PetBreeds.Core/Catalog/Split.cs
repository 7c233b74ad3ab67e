namespace PetBreeds.Catalog;

/// <summary>What a photo is used for.</summary>
internal enum Split
{
    /// <summary>The model is trained on it.</summary>
    Train,

    /// <summary>The model is evaluated on it during development, and settings are chosen by it.</summary>
    Valid,

    /// <summary>Reserved for a single evaluation at the end.</summary>
    Test,
}
