using PetBreeds.Models.Weights;

namespace PetBreeds.Models;

/// <summary>The weights a run started from.</summary>
/// <param name="Name">What the setting <c>weights</c> resolved to: "imagenet-v2", a file or a URL; null for random weights.</param>
/// <param name="Path">Path of the file; null for random weights.</param>
/// <param name="Sha256">Hash of the file; null for random weights.</param>
internal sealed record StartingWeights(string? Name, string? Path, string? Sha256)
{
    /// <summary>Which of the file's tensors were used and which were ignored; null if it contained nothing else.</summary>
    public string? Taken { get; init; }

    internal static StartingWeights Load(Body body, WeightChoice? choice)
    {
        if (choice is null)
            return new(null, null, null);
        using var file = WeightFile.Open(choice.Path);
        if (choice.Remote?.Hash is { } hash && !hash.Agrees(file.Sha256)) // put there by hand, or damaged since it was downloaded
            throw new UserException($"this is not the file it is named after: its SHA-256 is {file.Sha256}", choice.Path,
                "Delete it and run again to download it.");
        var taken = WeightLoading.LoadBody(body, file, choice.Path);
        if (FiniteCheck.FirstBadTensor(body) is { } bad)
            throw new UserException($"the weights are invalid: {bad}", choice.Path,
                "Use another file: this one comes from a training run that failed.");
        return new(choice.Name, choice.Path, file.Sha256) { Taken = taken };
    }
}
