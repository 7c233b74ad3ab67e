using System.Security.Cryptography;
using PetBreeds.Runtime.Downloads;

namespace PetBreeds.Catalog.Pets;

/// <summary>Where the Oxford-IIIT Pet data set comes from and where it is stored.</summary>
/// <param name="Folder">The data set's folder, with images/ and annotations/ in it.</param>
/// <param name="Archives">The publishers' archives, unpacked into <paramref name="Folder"/>, in this order.</param>
/// <param name="Mirror">
/// A single archive with everything in a folder oxford-iiit-pet, used if the publishers' server does not respond.
/// </param>
internal sealed record PetsSource(string Folder, IReadOnlyList<RemoteFile> Archives, RemoteFile Mirror)
{
    private const string Publisher = "https://www.robots.ox.ac.uk/~vgg/data/pets/data/";

    private const string FastAi = "https://s3.amazonaws.com/fast-ai-imageclas/oxford-iiit-pet.tgz";

    /// <summary>The actual sources, stored in a cache folder.</summary>
    public static PetsSource In(string cache)
    {
        var downloads = Path.Combine(cache, "downloads", "oxford-iiit-pet");
        return new PetsSource(Path.Combine(cache, "data", "oxford-iiit-pet"),
            [
                // Sizes and hashes: torchvision's oxford_iiit_pet.py.
                Archive(Publisher, "images.tar.gz", 791_918_971, "5c4f3ee8e5d25df40f4fd59a7f44e54c"),
                Archive(Publisher, "annotations.tar.gz", 19_173_078, "95a8c909bbe2e81eed6a22bccdf3f68f"),
            ],
            // Size and hash of the first MiB: fastai's data/checks.txt. The rest is covered by gzip's own CRC-32.
            new RemoteFile(Runtime.Downloads.Mirror.Of(FastAi), Path.Combine(downloads, "oxford-iiit-pet.tgz"), 811_706_944, 811_706_944,
                new ContentHash(HashAlgorithmName.MD5, "e4db5c768afd933bb91f5f594d7417a4", 1 << 20)));

        RemoteFile Archive(string site, string name, long bytes, string md5) =>
            new(Runtime.Downloads.Mirror.Of(site + name), Path.Combine(downloads, name), bytes, bytes, ContentHash.Md5(md5));
    }
}
