namespace PetBreeds.Pixels.Cache;

/// <summary>What is still to be presized when a cache is opened; it is done when a photo is first needed.</summary>
/// <param name="Photos">How many.</param>
/// <param name="Bytes">What their pixels will take on disk, estimated from the headers of some.</param>
/// <param name="Work">What it will take one core, estimated by presizing some.</param>
/// <param name="Folder">Where the pixels are kept.</param>
/// <param name="Kept">
/// False while another run fills the same cache: then this one presizes for itself what that one has not made yet.
/// </param>
internal sealed record PresizePlan(int Photos, long Bytes, TimeSpan Work, string Folder, bool Kept);
