using PetBreeds.Catalog.Files;
using PetBreeds.Catalog.Splits;

namespace PetBreeds.Catalog.Labels;

/// <summary>Finds the folder in which the photos of a data set begin, where it is not the one that was given.</summary>
internal static class DataRoot
{
    private const int Deepest = 3; // folders between: archives unpack into one of their own, or into two

    /// <summary>
    /// The images folder of the Oxford layout (annotations holds pictures that are no photos); the folder with train and valid folders,
    /// where on the way to it each folder is the only one and has no photo beside it; else the folder itself.
    /// </summary>
    /// <returns>The folder, and the way from the given one to split folders below it, as in "dataset/"; else empty.</returns>
    public static (string Root, string Way) Of(string data)
    {
        var images = Path.Combine(data, "images");
        if (Directory.Exists(images) && Directory.Exists(Path.Combine(data, "annotations")))
            return (images, "");
        var root = WithSplits(data, 0) ?? data;
        return (root, root == data ? "" : Path.GetRelativePath(data, root).Replace(Path.DirectorySeparatorChar, '/') + "/");
    }

    private static string? WithSplits(string folder, int depth)
    {
        try
        {
            var entries = new DirectoryInfo(folder).GetFileSystemInfos().Where(entry => FolderWalk.WhyNot(entry) is null).ToList();
            var folders = entries.OfType<DirectoryInfo>().ToList();
            if (SplitFolders.AreIn(folders.Select(child => child.Name)))
                return folder;
            return depth < Deepest && folders is [var only]
                && entries.TrueForAll(entry => entry == only || !LostClasses.MayBePicture(entry.Name))
                ? WithSplits(only.FullName, depth + 1) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // the search for photos says so
        }
    }
}
