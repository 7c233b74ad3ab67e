using PetBreeds.Runtime;

namespace PetBreeds.Catalog.Labels;

/// <summary>
/// The lists of the Oxford-IIIT Pet data set: annotations/trainval.txt and annotations/test.txt, with lines such as "Abyssinian_1 1 1 1":
/// file name without extension, class, species and breed numbers. The paper trains on the first and tests on the second.
/// </summary>
internal static class OfficialLists
{
    public const string InNoList = "not in any list";

    private const string Folder = "annotations";

    /// <summary>The annotations folder in or next to a folder of photos; null if there is none.</summary>
    public static string? Locate(string root) =>
        new[] { Path.Combine(root, Folder), Path.GetFullPath(Path.Combine(root, "..", Folder)) }.FirstOrDefault(Directory.Exists);

    public static List<(LabelledPhoto Photo, Split Split)> Assign(LabelledPhotos set, PassedOverTally passedOver)
    {
        var folder = Locate(set.Root) ?? throw new UserException("there is no annotations folder, so no official split", set.Root,
            "Use `split random`, or give the Oxford-IIIT Pet folder that holds images and annotations.");
        var splitOf = Read(folder);
        var assigned = new List<(LabelledPhoto, Split)>();
        var used = new HashSet<string>();
        foreach (var photo in set.Photos)
        {
            var stem = Stem(photo.Name);
            if (splitOf.TryGetValue(stem, out var split))
                assigned.Add((photo, split));
            else
                passedOver.Add(InNoList, photo.Name);
            used.Add(stem);
        }
        List<string> missing = [.. splitOf.Keys.Where(stem => !used.Contains(stem)).Order(StringComparer.Ordinal)];
        if (passedOver.Tolerant)
            missing.ForEach(stem => passedOver.AddProblem(stem, "the official lists name it, but there is no such photo"));
        else
            RefuseMissing(set.Root, folder, missing, splitOf.Count);
        return assigned;
    }

    private static Dictionary<string, Split> Read(string folder)
    {
        var splitOf = new Dictionary<string, Split>(StringComparer.Ordinal);
        foreach (var (list, split) in new[] { ("trainval.txt", Split.Train), ("test.txt", Split.Valid) })
        {
            foreach (var stem in Stems(Path.Combine(folder, list)))
            {
                if (!splitOf.TryAdd(stem, split) && splitOf[stem] != split)
                    throw new UserException($"'{stem}' is in trainval.txt and in test.txt", folder,
                        "A photo must not be in both; remove it from one.");
            }
        }
        return splitOf;
    }

    /// <summary>The names in one list, as written there.</summary>
    /// <exception cref="UserException">The list cannot be read.</exception>
    public static IEnumerable<string> Stems(string file)
    {
        try
        {
            return [.. TextFile.Lines(file, remedy: TextFile.SaveAsUtf8).Select(line => line.Split(' ', '\t')[0])
                .Where(stem => stem.Length > 0 && stem[0] != '#')];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("the official list cannot be read: " + e.Message, file,
                "Download the data set again, or use `split random`.", e);
        }
    }

    /// <summary>The file name without folder and extension, as used in the lists.</summary>
    public static string Stem(string name) => Path.GetFileNameWithoutExtension(name);

    private static void RefuseMissing(string root, string lists, List<string> missing, int listed)
    {
        if (missing is [var first, ..])
            throw new UserException(
                $"'{first}' is in the official lists, but there is no such photo ({missing.Count} of {listed} listed are missing)", root,
                $"Download the data set again, or remove the lines from {lists}.");
    }
}
