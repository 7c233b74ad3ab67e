namespace PetBreeds.Catalog;

/// <summary>Kinds of concerns about classes.</summary>
internal enum ConcernKind
{
    /// <summary>A class that has lost all its photos.</summary>
    LostClass,

    /// <summary>A folder among the classes that contains no photos, and perhaps was not meant to.</summary>
    NoClass,

    /// <summary>Classes with similar-looking names.</summary>
    NamesAlike,

    /// <summary>Folders with photos inside a folder of photos.</summary>
    FoldersInClass,

    /// <summary>Names that are not valid text, so that their files cannot be opened.</summary>
    NamesNotText,
}

/// <summary>Something about the classes of a data set that does not prevent training, but that the user should know.</summary>
/// <param name="Kind">The kind of concern.</param>
/// <param name="Names">The classes or folders concerned.</param>
/// <param name="Problem">A description of the problem.</param>
internal sealed record Concern(ConcernKind Kind, IReadOnlyList<string> Names, string Problem);
