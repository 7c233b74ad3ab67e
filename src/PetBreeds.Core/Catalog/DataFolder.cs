using PetBreeds.Catalog.Pets;
using PetBreeds.Catalog.Sample;

namespace PetBreeds.Catalog;

/// <summary>The values of the setting <c>data</c> that are not paths.</summary>
internal static class DataFolder
{
    /// <summary>The synthetic data set that the program draws.</summary>
    public const string Sample = "sample";

    /// <summary>The Oxford-IIIT Pet data set (Parkhi, Vedaldi, Zisserman, Jawahar, 2012; CC BY-SA 4.0).</summary>
    public const string Pets = "pets";

    /// <summary>Returns the folder for a name; the sample data set is drawn if it does not exist. A path is returned unchanged.</summary>
    /// <exception cref="UserException">The pets are not in the cache folder.</exception>
    public static string Resolve(string data, IProgress<(int Done, int Total)>? progress, CancellationToken cancel) => data switch
    {
        Sample => SampleDataSet.Ensure(SampleDataSet.DefaultFolder(SampleDataSet.DefaultSeed), SampleDataSet.DefaultSeed,
            SampleDataSet.DefaultPerClass,
            progress, cancel),
        Pets => PetsFolder(),
        _ => data,
    };

    private static string PetsFolder()
    {
        var folder = PetsDataSet.Folder;
        return PetsDataSet.IsThere(folder)
            ? folder
            : throw new UserException("the Oxford-IIIT Pet data set has not been downloaded", folder,
                "Download it first (811 MB), or use `data sample`.")
            { Next = NextStep.DownloadPets };
    }
}
