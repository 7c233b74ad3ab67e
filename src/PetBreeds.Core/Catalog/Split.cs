namespace PetBreeds.Catalog;

/// <summary>What a photo is used for.</summary>
internal enum Split
{
    /// <summary>The model learns from it.</summary>
    Train,

    /// <summary>The model is measured on it while it is being made, and settings are chosen by it.</summary>
    Valid,

    /// <summary>Kept for one measurement at the end.</summary>
    Test,
}
