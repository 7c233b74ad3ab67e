namespace PetBreeds.Catalog;

/// <summary>How validation and test photos are chosen.</summary>
public enum SplitMode
{
    /// <summary>The table's split column if there is one, otherwise train and valid folders, otherwise random.</summary>
    Auto,

    /// <summary>A share of the photos, drawn with a seed.</summary>
    Random,

    /// <summary>Folders train, valid (or val, validation, dev) and test in the data's folder, or in its only subfolder.</summary>
    Folder,

    /// <summary>A column of the table.</summary>
    Column,

    /// <summary>Oxford's lists: annotations/trainval.txt for training, test.txt for validation.</summary>
    Official,
}
