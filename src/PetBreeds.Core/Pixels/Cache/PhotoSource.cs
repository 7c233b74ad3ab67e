namespace PetBreeds.Pixels.Cache;

/// <summary>A photo to presize.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="Name">Its name within the data set: relative, '/'-separated, unique. It identifies the photo in the pixel cache.</param>
internal sealed record PhotoSource(string Path, string Name);

/// <summary>A photo that could not be decoded.</summary>
/// <param name="Index">Its index in the list with which the cache was opened.</param>
/// <param name="Reason">The problem, without the path.</param>
internal sealed record BadPhoto(int Index, string Reason);
