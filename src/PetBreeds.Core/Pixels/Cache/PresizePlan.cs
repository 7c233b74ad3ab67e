namespace PetBreeds.Pixels.Cache;

/// <summary>What is still to be presized when a cache is opened; each photo is presized when it is first needed.</summary>
/// <param name="Photos">Number of photos.</param>
/// <param name="Bytes">Disk space their pixels will take, estimated from the headers of some.</param>
/// <param name="Work">Time it will take on one core, estimated by presizing some.</param>
/// <param name="Folder">Where the pixels are stored.</param>
/// <param name="Kept">
/// Whether the pixels are stored; false while another run is filling the same cache, so that this one presizes for itself what is not there
/// yet.
/// </param>
internal sealed record PresizePlan(int Photos, long Bytes, TimeSpan Work, string Folder, bool Kept);
