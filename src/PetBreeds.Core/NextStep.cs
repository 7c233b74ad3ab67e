namespace PetBreeds;

/// <summary>What may help after an error: a front end says how it is done there.</summary>
internal enum NextStep
{
    /// <summary>Photos are checked for what may be wrong with them.</summary>
    VerifyData,

    /// <summary>The Oxford-IIIT Pet data set is downloaded.</summary>
    DownloadPets,

    /// <summary>Labels are reviewed, and the decisions written into a file.</summary>
    ReviewLabels,

    /// <summary>A run is cross-validated, which writes out-of-fold predictions.</summary>
    CrossValidate,

    /// <summary>A run is evaluated, which writes predictions.</summary>
    Evaluate,

    /// <summary>The runs there are are listed.</summary>
    ListRuns,

    /// <summary>The settings of a run are listed.</summary>
    ListSettings,
}
