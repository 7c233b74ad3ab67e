using PetBreeds.Catalog.Files;
using PetBreeds.Catalog.Labels;

namespace PetBreeds.Catalog.Reading;

/// <summary>Reads a data set into a <see cref="PhotoCatalog"/>. Files are found and their first bytes read; no photo is decoded.</summary>
internal static class PhotoCatalogReader
{
    /// <summary>
    /// Finds photos, labels them, splits them, and checks the result. With <c>auto</c>, labels come from the CSV file if the data is one;
    /// otherwise from folder names if most photos are in two or more class folders (directly, or inside train, valid and test); otherwise
    /// from file names if most look like Breed_123.jpg. If the data folder contains images/ and annotations/, only images/ is searched.
    /// </summary>
    /// <exception cref="UserException">The data set cannot be read or cannot be trained on; the message names the file or line.</exception>
    public static PhotoCatalog Read(CatalogOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Read(options, new PassedOverTally());
    }

    /// <summary>The same with the caller's tally; a tolerant one records what would otherwise be rejected.</summary>
    internal static PhotoCatalog Read(CatalogOptions options, PassedOverTally passedOver)
    {
        if (options.ValidFraction is not (>= CatalogOptions.MinValidFraction and <= CatalogOptions.MaxValidFraction))
            throw new UserException($"the validation fraction is {options.ValidFraction}", "`valid-fraction`",
                $"Use {CatalogOptions.MinValidFraction} to {CatalogOptions.MaxValidFraction}.");
        var set = LabelReader.Read(options, passedOver);
        var (photos, splitSource) = SplitAssigner.Assign(set, options, passedOver);
        if (options.Exclude is { } exclude)
            photos = ExcludeFile.Apply(exclude, options.Encoding, photos, passedOver);
        var labelSource = set.Source;
        if (options.Cleaning is { } cleaning)
        {
            (photos, var said) = CleaningFile.Apply(cleaning, options.Encoding, photos, passedOver);
            labelSource += $"; {said}";
        }
        LostClasses.LeftOut(set.Listed ?? set.Photos, photos, passedOver);
        CatalogCheck.Run(set.Table ?? set.Root, photos, passedOver);
        var classes = photos.SelectMany(p => p.Photo.All).Distinct().Order(StringComparer.Ordinal).ToList();
        var index = Enumerable.Range(0, classes.Count).ToDictionary(i => classes[i], StringComparer.Ordinal);
        var items = photos.Select(p => Item(p.Photo, p.Split, index)).ToList();
        return new PhotoCatalog(set.Root, classes.AsReadOnly(), items.AsReadOnly(), labelSource, splitSource,
            passedOver.Counts)
        { Concerns = passedOver.Concerns };
    }

    /// <summary>
    /// Finds the photos to predict: the file itself, or all photos in a folder at any depth, in ordinal order of their relative names.
    /// </summary>
    /// <returns>Paths that start with <paramref name="folderOrFile"/>.</returns>
    /// <exception cref="UserException">The file or folder does not exist, the file is not a photo, or the folder contains none.</exception>
    public static IReadOnlyList<string> FindPhotos(string folderOrFile) => FindPhotos(folderOrFile, []);

    /// <summary>The same, and reports what was skipped.</summary>
    /// <param name="folderOrFile">The path that the user gave.</param>
    /// <param name="skipped">Receives every file of a folder that is left out, with the reason.</param>
    public static IReadOnlyList<string> FindPhotos(string folderOrFile, ICollection<(string Path, string Reason)> skipped)
    {
        ArgumentNullException.ThrowIfNull(skipped);
        if (Directory.Exists(folderOrFile))
        {
            var passedOver = new PassedOverTally();
            var photos = PhotoFiles.Find(folderOrFile, passedOver);
            foreach (var reason in passedOver.Counts.Select(counted => counted.Reason))
                foreach (var name in passedOver.NamesOf(reason))
                    skipped.Add((At(name), reason));
            return photos.Count > 0
                ? [.. photos.Select(p => At(p.Name))]
                : throw new UserException("there are no photos in the folder" + passedOver.Said, folderOrFile,
                    $"Give {FileKind.Formats} files.");
        }
        return File.Exists(folderOrFile) ? [OnePhoto(folderOrFile)]
            : throw new UserException("there is no such file or folder", folderOrFile, "Check the path.");

        string At(string name) => Path.Combine(folderOrFile, name.Replace('/', Path.DirectorySeparatorChar));
    }

    private static PhotoItem Item(LabelledPhoto photo, Split split, Dictionary<string, int> index) => photo.Several is { } several
        ? new PhotoItem(photo.Path, photo.Name, several is [var first, ..] ? index[first]
        : -1, split)
        { Several = [.. several.Select(label => index[label])] }
        : new PhotoItem(photo.Path, photo.Name, index[photo.Label], split);

    private static string OnePhoto(string file)
    {
        try
        {
            if (SpecialFile.Is(file))
                throw new UserException($"the file is {PhotoFiles.Special}", file, $"Give a {FileKind.Formats} file.");
            return FileKind.OfFile(file).WhyNot is not { } reason ? file
                : throw new UserException($"the file is {reason}", file, $"Give a {FileKind.Formats} file.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("the photo cannot be read: " + e.Message, file, "Check its permissions.", e);
        }
    }
}
