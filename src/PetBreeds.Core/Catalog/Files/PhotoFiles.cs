namespace PetBreeds.Catalog.Files;

/// <summary>A photo on disk.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Name">Path relative to the folder searched, separated by '/'.</param>
internal readonly record struct PhotoFile(string Path, string Name);

/// <summary>Finds the photos in a folder, at any depth, in ordinal order of their names.</summary>
internal static class PhotoFiles
{
    /// <summary>The start of the reason for every file that is not a picture.</summary>
    public const string NoPhoto = "not a photo";

    /// <summary>The start of the reason for every picture of an unsupported kind, followed by the kind's name.</summary>
    public const string KindNotRead = "of an unsupported kind: ";

    public const string Unreadable = "cannot be read";
    public const string Special = "a pipe, socket or device";

    public static List<PhotoFile> Find(string folder, PassedOverTally passedOver)
    {
        var root = Path.GetFullPath(folder);
        List<PhotoFile> files;
        try
        {
            files = FolderWalk.Files(root, passedOver);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("the folder cannot be read: " + e.Message, root,
                "Check its permissions and those of the folders in it.", e);
        }
        files.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return KeepPhotos(files, passedOver);
    }

    /// <summary>Keeps only what <see cref="FileKind"/> recognises as a photo.</summary>
    public static List<PhotoFile> KeepPhotos(List<PhotoFile> files, PassedOverTally passedOver)
    {
        var reasons = new string?[files.Count];
        Parallel.For(0, files.Count, i => reasons[i] = WhyNot(files[i].Path));
        var photos = new List<PhotoFile>(files.Count);
        for (var i = 0; i < files.Count; i++)
        {
            if (reasons[i] is { } reason)
                passedOver.Add(reason, files[i].Name);
            else
                photos.Add(files[i]);
        }
        return photos;
    }

    private static string? WhyNot(string path)
    {
        try
        {
            return SpecialFile.Is(path) ? Special
                : FileKind.OfFile(path).WhyNot ?? (OwnOutput.IsMarkedFile(path) ? OwnOutput.Picture : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unreadable;
        }
    }
}
