using PetBreeds.Catalog.Files;
using PetBreeds.Catalog.Splits;

namespace PetBreeds.Catalog.Labels;

/// <summary>Finds the root folder of a data set's photos, which may be below the given folder.</summary>
internal static class DataRoot
{
    private const int Deepest = 3; // folders in between: archives unpack into a folder of their own, or into two

    /// <summary>
    /// The images folder of the Oxford layout (annotations contains pictures that are not photos); the folder with train and valid folders,
    /// if each folder on the way to it is the only one and has no photos next to it; otherwise the folder itself.
    /// </summary>
    /// <returns>
    /// The folder, and the relative path from the given folder to split folders below it, such as "dataset/"; otherwise an empty path.
    /// </returns>
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
            return null; // the search for photos reports it
        }
    }
}
