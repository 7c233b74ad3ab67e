using PetBreeds.Catalog.Files;
using PetBreeds.Catalog.Labels;
using PetBreeds.Catalog.Reading;
using PetBreeds.Distributed;

namespace PetBreeds.Catalog.Verification;

/// <summary>Checks a whole data set before a run is wasted on it.</summary>
internal static class DataVerification
{
    /// <summary>
    /// Photos whose short side, in pixels, is below this are reported as small: networks of the ResNet family downsample their input by 32,
    /// so at its own resolution such a photo is smaller than one cell of the last feature map, and most of what the network sees is
    /// interpolated.
    /// </summary>
    public const int DefaultMinSide = 32;

    /// <summary>So many photos for each core are inspected before the next ones.</summary>
    private const int AtOnce = 32;

    /// <summary>
    /// Decodes every photo on all cores, looks for copies, and compares photos with lists and classes. Entries of the lists that training
    /// would reject are reported, too. Memory use: about a kilobyte per photo, plus one decoded photo per core.
    /// </summary>
    /// <param name="options">The data set as training would read it.</param>
    /// <param name="minSide">See <see cref="DefaultMinSide"/>; 0 reports none.</param>
    /// <param name="progress">Called now and then with the number of decoded files.</param>
    /// <param name="cancel">Checked between photos.</param>
    /// <param name="group">The processes that share the photos: the others <see cref="Follow"/>. Null if this one is alone.</param>
    /// <exception cref="UserException">There is no such data set, or its labels cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The verification was cancelled.</exception>
    public static VerificationReport Run(
        CatalogOptions options, int minSide, IProgress<(int Done, int Total)>? progress, CancellationToken cancel,
        IProcessGroup? group = null)
    {
        var passedOver = new PassedOverTally(tolerant: true);
        var catalog = PhotoCatalogReader.Read(options, passedOver);
        string[] suspects = [.. passedOver.NamesFrom(PhotoFiles.NoPhoto).Where(PictureExtensions.Has),
            .. passedOver.NamesFrom(PhotoFiles.KindNotRead), .. passedOver.NamesOf(PhotoFiles.Unreadable)];
        string[] names = [.. catalog.Items.Select(item => item.Name), .. suspects];
        string[] paths = [.. catalog.Items.Select(item => item.Path), .. suspects.Select(name => Path.Combine(catalog.Root, name))];
        var inspections = Inspect(paths, group ?? SingleProcess.Instance, progress, cancel);

        var classes = ClassChecks.Count(catalog, inspections);
        var copies = CopyChecks.Find(catalog,
            CopyGroups.Find([.. inspections.Take(catalog.Items.Count).Select(p => p.Fingerprint)], cancel)).ToList();
        IEnumerable<Finding> findings =
        [
            .. names.Zip(inspections).SelectMany(p => PhotoChecks.Find(p.First, p.Second, minSide)),
            .. copies.Select(copy => copy.Finding),
            .. ListChecks.Find(catalog, passedOver),
            .. ClassChecks.Find(classes),
            .. ClassChecks.Find(catalog.Concerns),
            .. LeftOut(passedOver, names.Zip(inspections).Where(p => p.Second.Problem is not null).Select(p => p.First)),
        ];
        var broken = names.Zip(inspections).Where(p => p.Second.Problem is not null).Select(p => new Exclusion(p.First, p.Second.Problem!));
        return new VerificationReport(catalog, paths.Length, classes, InOrder(findings),
            [.. broken.Concat(copies.SelectMany(copy => copy.Exclusions)).OrderBy(e => e.Name, StringComparer.Ordinal)]);
    }

    /// <summary>Decodes the photos that rank 0 hands out; for the other ranks.</summary>
    public static void Follow(IProcessGroup group, CancellationToken cancel) => Inspections(group, cancel).Follow();

    private static List<PhotoInspection> Inspect(
        string[] paths, IProcessGroup group, IProgress<(int Done, int Total)>? progress, CancellationToken cancel)
    {
        var shared = Inspections(group, cancel);
        var inspections = new List<PhotoInspection>(paths.Length);
        foreach (var some in shared.Results(paths.Chunk(AtOnce * Environment.ProcessorCount)))
        {
            inspections.AddRange(some);
            progress?.Report((inspections.Count, paths.Length));
        }
        shared.Release();
        return inspections;
    }

    private static SharedWork<string[], PhotoInspection[]> Inspections(IProcessGroup group, CancellationToken cancel) => new(group, paths =>
    {
        var inspections = new PhotoInspection[paths.Length];
        Parallel.For(0, paths.Length, new ParallelOptions
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount,
            CancellationToken = cancel
        }, i => inspections[i] = PhotoInspector.Inspect(paths[i]));
        return inspections;
    });

    private static IEnumerable<Finding> LeftOut(PassedOverTally passedOver, IEnumerable<string> broken)
    {
        var told = broken.Concat(passedOver.NamesOf(OfficialLists.InNoList)).ToHashSet(StringComparer.Ordinal);
        return from counted in passedOver.Counts
               from name in passedOver.NamesOf(counted.Reason)
               where !told.Contains(name) && counted.Reason is not (FolderWalk.NameNotText or FolderWalk.FolderNameNotText)
               select new Finding(FindingKind.LeftOut, [name], counted.Reason);
    }

    private static Finding[] InOrder(IEnumerable<Finding> findings)
    {
        var order = FindingKind.All.Index().ToDictionary(kind => kind.Item, kind => kind.Index);
        return [.. findings.OrderBy(f => order[f.Kind]).ThenBy(f => f.Photos is [var first, ..] ? first : "", StringComparer.Ordinal)];
    }
}
