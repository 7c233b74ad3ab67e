namespace PetBreeds.Catalog.Files;

/// <summary>Recognises what other programs leave among photos: thumbnails, recycle bins, catalogs and caches.</summary>
internal static class OtherPrograms
{
    private const string Cache = "CACHEDIR.TAG";

    private static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["@eaDir"] = "a Synology NAS",
        ["@tmp"] = "a Synology NAS",
        ["@sharebin"] = "a Synology NAS",
        ["@SynoResource"] = "a Synology NAS",
        ["#recycle"] = "a Synology NAS",
        ["#snapshot"] = "a Synology NAS",
        ["@Recycle"] = "a QNAP NAS",
        ["@__thumb"] = "a QNAP NAS",
        ["@Recently-Snapshot"] = "a QNAP NAS",
        ["@Transcode"] = "a QNAP NAS",
        ["__MACOSX"] = "macOS",
        ["Icon\r"] = "macOS",
        ["TheVolumeSettingsFolder"] = "macOS",
        ["iPhoto Library"] = "iPhoto",
        ["iPod Photo Cache"] = "iTunes",
        ["Network Trash Folder"] = "macOS",
        ["Temporary Items"] = "macOS",
        ["$RECYCLE.BIN"] = "Windows",
        ["FOUND.000"] = "Windows",
        ["System Volume Information"] = "Windows",
        ["Thumbs.db"] = "Windows",
        ["ehthumbs.db"] = "Windows",
        ["ehthumbs_vista.db"] = "Windows",
        ["desktop.ini"] = "Windows",
        ["lost+found"] = "Linux",
        ["Picasa.ini"] = "Picasa",
        ["Lightroom Settings"] = "Lightroom",
        ["Lightroom Catalog"] = "Lightroom",
        ["CaptureOne"] = "Capture One",
        ["Corel Auto-Preserve"] = "Corel PaintShop Pro",
        ["[Originals]"] = "ACDSee",
        ["_gsdata_"] = "GoodSync",
        ["ZbThumbnail.info"] = "ZoomBrowser",
        ["_vti_cnf"] = "FrontPage",
        ["node_modules"] = "npm",
        ["__pycache__"] = "Python",
        ["site-packages"] = "Python",
        ["wandb"] = "Weights & Biases",
        ["mlruns"] = "MLflow",
        ["lightning_logs"] = "Lightning",
    };

    private static readonly (string Ending, string Program)[] Endings =
    [
        (".lrdata", "Lightroom"), (".lrcat", "Lightroom"), (".lrcat-data", "Lightroom"), (".lrlibrary", "Lightroom"),
        (".photoslibrary", "Apple Photos"), (".photolibrary", "iPhoto"), (".migratedphotolibrary", "iPhoto"), (".aplibrary", "Aperture"),
        (".cocatalog", "Capture One"), (".thm", "a camera, as the thumbnail of a video"), (".crdownload", "a browser, downloading"),
    ];

    private static readonly (string Beginning, string Program)[] Beginnings =
    [
        ("._", "macOS"), ("SYNOPHOTO_THUMB_", "a Synology NAS"), ("SYNOFILE_THUMB_", "a Synology NAS"), ("~syncthing~", "Syncthing"),
    ];

    private static readonly string[] BackupEndings = ["_original", "~", ".bak", ".orig"];

    /// <summary>The program that leaves files and folders of this name; null if none is known.</summary>
    public static string? ByName(string name)
    {
        if (Known.TryGetValue(name, out var program))
            return program;
        if (name is "RECYCLER" or "RECYCLED") // in lower case they may be a class of waste
            return "Windows";
        const StringComparison AnyCase = StringComparison.OrdinalIgnoreCase;
        return Endings.FirstOrDefault(p => name.EndsWith(p.Ending, AnyCase)).Program
            ?? Beginnings.FirstOrDefault(p => name.StartsWith(p.Beginning, AnyCase)).Program
            ?? (IsBackup(name) ? "an editor, as a backup" : null);
    }

    /// <summary>ExifTool and editors keep the original of a photo next to it, under a longer name.</summary>
    private static bool IsBackup(string name) => Array.Exists(BackupEndings,
        ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase) && PictureExtensions.Has(name[..^ending.Length]));

    /// <summary>Describes a folder that a program has marked as its own; null for any other.</summary>
    /// <param name="folder">Path of the folder.</param>
    /// <param name="names">Names of its entries.</param>
    public static string? ByContent(string folder, IReadOnlySet<string> names) =>
        names.Contains("pyvenv.cfg") ? "a Python virtual environment"
        : names.Contains("args.yaml") && (names.Contains("results.csv") || names.Contains("weights")) ? "an Ultralytics run"
        : names.Contains(Cache) && IsTagged(Path.Combine(folder, Cache)) ? "a cache (CACHEDIR.TAG)"
        : null;

    /// <summary>Checks the tag of the Cache Directory Tagging Specification.</summary>
    private static bool IsTagged(string file)
    {
        var signature = "Signature: 8a477f597d28d172789f06886806bc55"u8;
        if (new FileInfo(file) is not { Exists: true } tagged || tagged.Length < signature.Length)
            return false; // pipes, too, are never opened
        Span<byte> start = stackalloc byte[signature.Length];
        using var tag = File.OpenHandle(tagged.FullName);
        return RandomAccess.Read(tag, start, 0) == start.Length && start.SequenceEqual(signature);
    }
}
