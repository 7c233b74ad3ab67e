namespace PetBreeds.Catalog;

/// <summary>Knows the folders and table values that name a split, and where names lie in them.</summary>
internal static class SplitFolders
{
    /// <summary>The split a word names: train, valid, val, validation or test in any case; else null.</summary>
    public static Split? Named(string word) => word.ToLowerInvariant() switch
    {
        "train" => Split.Train,
        "valid" or "val" or "validation" => Split.Valid,
        "test" => Split.Test,
        _ => null,
    };

    /// <summary>The split folder a name begins with, if it does.</summary>
    public static Split? Of(string name) => name.IndexOf('/') is var slash and > 0 ? Named(name[..slash]) : null;

    /// <summary>Whether there are photos in a train folder and in a valid or test folder. A train folder alone splits nothing.</summary>
    public static bool Present(IEnumerable<string> names)
    {
        var found = names.Select(Of).ToHashSet();
        return found.Contains(Split.Train) && (found.Contains(Split.Valid) || found.Contains(Split.Test));
    }
}
