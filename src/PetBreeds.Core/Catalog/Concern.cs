namespace PetBreeds.Catalog;

/// <summary>What is the matter with classes.</summary>
internal enum ConcernKind
{
    /// <summary>A class of which nothing is left.</summary>
    LostClass,

    /// <summary>A folder among the classes that holds no photo, and perhaps was not meant to.</summary>
    NoClass,

    /// <summary>Classes whose names look alike.</summary>
    NamesAlike,

    /// <summary>Folders with photos within a folder of photos.</summary>
    FoldersInClass,

    /// <summary>Names that are not text: they cannot be opened.</summary>
    NamesNotText,
}

/// <summary>Something about the classes of a data set that training copes with, and that whoever trains should know.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Names">The classes or folders concerned.</param>
/// <param name="Problem">For people.</param>
internal sealed record Concern(ConcernKind Kind, IReadOnlyList<string> Names, string Problem);
