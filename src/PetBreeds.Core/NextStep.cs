namespace PetBreeds;

/// <summary>A next step that may help after an error; each front end words it in its own terms.</summary>
internal enum NextStep
{
    /// <summary>Check the photos for problems.</summary>
    VerifyData,

    /// <summary>Download the Oxford-IIIT Pet data set.</summary>
    DownloadPets,

    /// <summary>Review labels and write the decisions to a file.</summary>
    ReviewLabels,

    /// <summary>Cross-validate a run, which writes out-of-fold predictions.</summary>
    CrossValidate,

    /// <summary>Evaluate a run, which writes predictions.</summary>
    Evaluate,

    /// <summary>List the existing runs.</summary>
    ListRuns,

    /// <summary>Export a model without comparing the export with it.</summary>
    SkipExportCheck,

    /// <summary>List the settings of a run.</summary>
    ListSettings,
}
