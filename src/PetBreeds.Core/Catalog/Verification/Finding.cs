namespace PetBreeds.Catalog.Verification;

/// <summary>What a finding means for training.</summary>
internal enum Severity
{
    /// <summary>Training stops, loses photos, learns contradictions, or reports an error that is too low.</summary>
    Harmful,

    /// <summary>Training copes with it.</summary>
    WorthKnowing,
}

/// <summary>Something found in a data set.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Photos">
/// The photos (or, for <see cref="FindingKind.ClassBalance"/>, classes) concerned, the one to look at first; names as in the catalog.
/// </param>
/// <param name="Detail">What is the matter with it, for people.</param>
internal sealed record Finding(FindingKind Kind, IReadOnlyList<string> Photos, string Detail);

/// <summary>A kind of finding.</summary>
/// <param name="Key">For machines.</param>
/// <param name="Title">For people.</param>
/// <param name="Severity">What it means for training.</param>
internal sealed record FindingKind(string Key, string Title, Severity Severity)
{
    /// <summary>A file that does not decode as a whole, or is no photo but named as one.</summary>
    public static FindingKind Broken { get; } = new("broken", "broken files", Severity.Harmful);

    /// <summary>Copies of one photo in two splits: the model is measured on what it learned by heart.</summary>
    public static FindingKind CopyAcrossSplits { get; } = new("copy-across-splits", "copies in two splits", Severity.Harmful);

    /// <summary>Copies of one photo with two labels.</summary>
    public static FindingKind CopyWithTwoLabels { get; } = new("copy-with-two-labels", "copies with two labels", Severity.Harmful);

    /// <summary>What the table or the lists say that training refuses.</summary>
    public static FindingKind Listing { get; } = new("listing", "wrong entries in the lists that are used", Severity.Harmful);

    /// <summary>A class that cannot be learned, or nothing to validate on.</summary>
    public static FindingKind NothingToLearn { get; } = new("nothing-to-learn", "splits and classes without photos", Severity.Harmful);

    /// <summary>Classes whose names look alike, such as Dog and dog: most likely one class.</summary>
    public static FindingKind NamesAlike { get; } = new("names-alike", "classes whose names look alike", Severity.Harmful);

    /// <summary>Folders with photos within a class: most likely not classes of their own.</summary>
    public static FindingKind FoldersInClass { get; } = new("folders-in-class", "folders within a class", Severity.Harmful);

    /// <summary>Files and folders whose names are not UTF-8.</summary>
    public static FindingKind NameNotText { get; } = new("name-not-text", "names that are not UTF-8", Severity.Harmful);

    /// <summary>A folder among those of classes that holds other files.</summary>
    public static FindingKind NoClass { get; } = new("no-class", "folders that are not classes", Severity.WorthKnowing);

    /// <summary>A file whose content is of another format than its extension says.</summary>
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

    /// <summary>A short side below <see cref="DataVerification.DefaultMinSide"/>, or what was asked for.</summary>
    public static FindingKind Small { get; } = new("small", "small", Severity.WorthKnowing);

    /// <summary>Copies of one photo in one split with one label: they count twice.</summary>
    public static FindingKind Copy { get; } = new("copy", "copies in one split", Severity.WorthKnowing);

    /// <summary>A photo in none of the data set's lists.</summary>
    public static FindingKind InNoList { get; } = new("in-no-list", "photos not in any list", Severity.WorthKnowing);

    /// <summary>An entry of a list that is not used, without a photo.</summary>
    public static FindingKind ListedOnly { get; } = new("listed-only", "list entries without a photo", Severity.WorthKnowing);

    /// <summary>A class with few photos, or none to validate on.</summary>
    public static FindingKind ClassBalance { get; } = new("class-balance", "classes with few photos", Severity.WorthKnowing);

    /// <summary>
    /// A file that is left out: it is neither a photo nor named as one, is hidden, or lies outside the classes or splits.
    /// </summary>
    public static FindingKind LeftOut { get; } = new("left-out", "other files, left out", Severity.WorthKnowing);

    /// <summary>All kinds, in the order to show them.</summary>
    public static IReadOnlyList<FindingKind> All { get; } =
    [
        Broken, CopyAcrossSplits, CopyWithTwoLabels, Listing, NothingToLearn, NamesAlike, FoldersInClass, NameNotText,
        Extension, Greyscale, Cmyk, DeepColour, Animated, Turned, Small, Copy, InNoList, ListedOnly, ClassBalance, NoClass, LeftOut,
    ];
}
