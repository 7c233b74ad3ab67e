namespace PetBreeds.Catalog.Verification;

/// <summary>The severity of a finding for training.</summary>
internal enum Severity
{
    /// <summary>Training stops, loses photos, learns contradictions, or reports an error that is too low.</summary>
    Harmful,

    /// <summary>Training can handle it.</summary>
    WorthKnowing,
}

/// <summary>Something found in a data set.</summary>
/// <param name="Kind">The kind of finding.</param>
/// <param name="Photos">
/// The photos (or, for <see cref="FindingKind.ClassBalance"/>, classes) concerned, the most relevant one first; names as in the catalog.
/// </param>
/// <param name="Detail">A description of the problem.</param>
internal sealed record Finding(FindingKind Kind, IReadOnlyList<string> Photos, string Detail);

/// <summary>A kind of finding.</summary>
/// <param name="Key">Its machine-readable key.</param>
/// <param name="Title">Its title for display.</param>
/// <param name="Severity">Its severity for training.</param>
internal sealed record FindingKind(string Key, string Title, Severity Severity)
{
    /// <summary>A file that cannot be decoded completely, or is named like a photo but is not one.</summary>
    public static FindingKind Broken { get; } = new("broken", "broken files", Severity.Harmful);

    /// <summary>Copies of one photo in two splits: the model is evaluated on what it has memorised.</summary>
    public static FindingKind CopyAcrossSplits { get; } = new("copy-across-splits", "copies in two splits", Severity.Harmful);

    /// <summary>Copies of one photo with two labels.</summary>
    public static FindingKind CopyWithTwoLabels { get; } = new("copy-with-two-labels", "copies with two labels", Severity.Harmful);

    /// <summary>Entries of the table or the lists that training rejects.</summary>
    public static FindingKind Listing { get; } = new("listing", "wrong entries in the lists that are used", Severity.Harmful);

    /// <summary>A class that cannot be learned, or nothing to validate on.</summary>
    public static FindingKind NothingToLearn { get; } = new("nothing-to-learn", "splits and classes without photos", Severity.Harmful);

    /// <summary>Classes whose names look alike, such as Dog and dog: most likely one class.</summary>
    public static FindingKind NamesAlike { get; } = new("names-alike", "classes whose names look alike", Severity.Harmful);

    /// <summary>Folders with photos inside a class: most likely not separate classes.</summary>
    public static FindingKind FoldersInClass { get; } = new("folders-in-class", "folders within a class", Severity.Harmful);

    /// <summary>Files and folders whose names are not UTF-8.</summary>
    public static FindingKind NameNotText { get; } = new("name-not-text", "names that are not UTF-8", Severity.Harmful);

    /// <summary>A folder among the class folders that contains other files.</summary>
    public static FindingKind NoClass { get; } = new("no-class", "folders that are not classes", Severity.WorthKnowing);

    /// <summary>A file whose content has a different format than its extension.</summary>
    public static FindingKind Extension { get; } = new("extension", "format differs from the extension", Severity.WorthKnowing);

    /// <summary><see cref="PhotoTraits.Greyscale"/>.</summary>
    public static FindingKind Greyscale { get; } = new("greyscale", "greyscale", Severity.WorthKnowing);

    /// <summary><see cref="PhotoTraits.Cmyk"/>.</summary>
    public static FindingKind Cmyk { get; } = new("cmyk", "CMYK (converted)", Severity.WorthKnowing);

    /// <summary><see cref="PhotoTraits.DeepColour"/>.</summary>
    public static FindingKind DeepColour { get; } = new("deep-colour", "more than 8 bits per sample (reduced to 8)", Severity.WorthKnowing);

    /// <summary><see cref="PhotoTraits.Animated"/>.</summary>
    public static FindingKind Animated { get; } = new("animated", "animated (the first frame is used)", Severity.WorthKnowing);

    /// <summary><see cref="PhotoTraits.Turned"/>.</summary>
    public static FindingKind Turned { get; } = new("turned", "rotated by EXIF orientation (applied)", Severity.WorthKnowing);

    /// <summary>A short side below <see cref="DataVerification.DefaultMinSide"/>, or the requested minimum.</summary>
    public static FindingKind Small { get; } = new("small", "small", Severity.WorthKnowing);

    /// <summary>Copies of one photo in one split with one label: they count twice.</summary>
    public static FindingKind Copy { get; } = new("copy", "copies in one split", Severity.WorthKnowing);

    /// <summary>A photo in none of the data set's lists.</summary>
    public static FindingKind InNoList { get; } = new("in-no-list", "photos not in any list", Severity.WorthKnowing);

    /// <summary>An entry of a list that is not used, without a photo.</summary>
    public static FindingKind ListedOnly { get; } = new("listed-only", "list entries without a photo", Severity.WorthKnowing);

    /// <summary>A class with few photos, or without validation photos.</summary>
    public static FindingKind ClassBalance { get; } = new("class-balance", "classes with few photos", Severity.WorthKnowing);

    /// <summary>
    /// A file that is left out: it is neither a photo nor named like one, is hidden, or is outside the classes or splits.
    /// </summary>
    public static FindingKind LeftOut { get; } = new("left-out", "other files, left out", Severity.WorthKnowing);

    /// <summary>All kinds, in display order.</summary>
    public static IReadOnlyList<FindingKind> All { get; } =
    [
        Broken, CopyAcrossSplits, CopyWithTwoLabels, Listing, NothingToLearn, NamesAlike, FoldersInClass, NameNotText,
        Extension, Greyscale, Cmyk, DeepColour, Animated, Turned, Small, Copy, InNoList, ListedOnly, ClassBalance, NoClass, LeftOut,
    ];
}
