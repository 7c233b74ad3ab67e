using PetBreeds.Catalog;
using PetBreeds.Training;

namespace PetBreeds.Runs;

/// <summary>Photos of a class.</summary>
internal sealed record RunClass(string Name, int Train, int Valid, int Test);

/// <summary>A photo that could not be decoded, and why.</summary>
internal sealed record RunBadPhoto(string Name, string Reason);

/// <summary>What a run learned from, as <c>data.json</c> keeps it.</summary>
/// <param name="Labels">Where labels came from, for people.</param>
/// <param name="Split">Where the split came from, for people.</param>
/// <param name="Classes">Photos of each class, bad ones included.</param>
/// <param name="LeftOut">Files passed over, by reason.</param>
/// <param name="Bad">Photos that took no part because they cannot be decoded.</param>
internal sealed record RunData(
    string Labels, string Split, IReadOnlyList<RunClass> Classes, IReadOnlyList<PassedOver> LeftOut, IReadOnlyList<RunBadPhoto> Bad)
{
    /// <summary>Of a run's data.</summary>
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

    /// <summary>Reads it; null where there is none.</summary>
    /// <exception cref="UserException">It cannot be read.</exception>
    public static RunData? Read(string path) => RunJson.Read<RunData>(path);
}
