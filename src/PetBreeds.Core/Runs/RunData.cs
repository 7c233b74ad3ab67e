using PetBreeds.Catalog;
using PetBreeds.Training;

namespace PetBreeds.Runs;

/// <summary>Number of photos of a class in each split.</summary>
internal sealed record RunClass(string Name, int Train, int Valid, int Test);

/// <summary>A photo that could not be decoded, and why.</summary>
internal sealed record RunBadPhoto(string Name, string Reason);

/// <summary>The data a run was trained on, as stored in <c>data.json</c>.</summary>
/// <param name="Labels">Description of where the labels came from.</param>
/// <param name="Split">Description of where the split came from.</param>
/// <param name="Classes">Photos of each class, including those that cannot be decoded.</param>
/// <param name="LeftOut">Files that were skipped, by reason.</param>
/// <param name="Bad">Photos that were left out because they cannot be decoded.</param>
internal sealed record RunData(
    string Labels, string Split, IReadOnlyList<RunClass> Classes, IReadOnlyList<PassedOver> LeftOut, IReadOnlyList<RunBadPhoto> Bad)
{
    /// <summary>Describes the data of a run.</summary>
    public static RunData Of(TrainingData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var counts = data.Catalog.Items.SelectMany(item => item.Labels, (item, label) => (label, item.Split)).CountBy(pair => pair)
            .ToDictionary();
        int Count(int label, Split split) => counts.GetValueOrDefault((label, split));
        return new RunData(data.Catalog.LabelSource, data.Catalog.SplitSource,
            [.. data.Catalog.Classes.Select((name, i) => new RunClass(name, Count(i, Catalog.Split.Train),
                Count(i, Catalog.Split.Valid), Count(i, Catalog.Split.Test)))],
            data.Catalog.PassedOver, [.. data.BadPhotos.Select(bad => new RunBadPhoto(bad.Photo.Name, bad.Reason))]);
    }

    /// <summary>Writes <c>data.json</c>.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public void Write(string path) => RunJson.Write(path, this);

    /// <summary>Reads a description; null if the file does not exist.</summary>
    /// <exception cref="UserException">The file cannot be read.</exception>
    public static RunData? Read(string path) => RunJson.Read<RunData>(path);
}
