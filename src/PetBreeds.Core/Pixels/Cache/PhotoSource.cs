namespace PetBreeds.Pixels.Cache;

/// <summary>A photo to presize.</summary>
/// <param name="Path">Where the file is.</param>
/// <param name="Name">Its name within the data set: relative, '/'-separated, unique. It identifies the photo in the pixel cache.</param>
internal sealed record PhotoSource(string Path, string Name);

/// <summary>A photo that could not be decoded.</summary>
/// <param name="Index">Its place in the list the cache was opened with.</param>
/// <param name="Reason">What is wrong with it, without its path.</param>
internal sealed record BadPhoto(int Index, string Reason);
