namespace PetBreeds.Runs;

/// <summary>Where a training run is kept, and what it may do besides training.</summary>
public sealed record RunOptions
{
    /// <summary>The folder of all run folders; made if it is missing. Relative to the current folder.</summary>
    public string Folder { get; init; } = "runs";

    /// <summary>
    /// The run folder's name: up to 60 letters, digits, '.', '_' and '-', with a letter or digit at both ends. Null makes one of the time,
    /// the network and the data.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>
    /// Whether pretrained weights and the pets data set may be downloaded where they are missing. Where they may not, their absence is an
    /// error that says what is needed and how large it is.
    /// </summary>
    public bool AllowDownloads { get; init; }
}
