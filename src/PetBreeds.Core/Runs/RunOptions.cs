namespace PetBreeds.Runs;

/// <summary>Where a training run is saved, and what it may do besides training.</summary>
public sealed record RunOptions
{
    /// <summary>
    /// The folder that contains all run folders, relative to the current folder; created if it is missing. Default: <c>runs</c>.
    /// </summary>
    public string Folder { get; init; } = "runs";

    /// <summary>
    /// The name of the run folder: up to 60 letters, digits, '.', '_' and '-', starting and ending with a letter or digit. Null (the
    /// default) generates a name from the time, the network and the data.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>
    /// Whether pretrained weights and the pets data set may be downloaded if they are missing. If not, a missing file is an error whose
    /// message says what is needed and how large it is.
    /// </summary>
    public bool AllowDownloads { get; init; }

    /// <exception cref="UserException">The name is taken or not a valid folder name.</exception>
    internal void RequireFreeName()
    {
        if (Name is not null)
            RunFolder.RequireFree(Folder, Name);
    }
}
