using PetBreeds.Catalog;
using PetBreeds.Runtime;

namespace PetBreeds.Training;

/// <summary>Warnings about a training before it starts, one sentence each.</summary>
internal static class SessionWarnings
{
    private const int BadPhotosNamed = 10, ConcernsNamed = 20, ClassesNamed = 10;

    /// <summary>All warnings about a session.</summary>
    public static IEnumerable<string> Of(TrainingSession session)
    {
        foreach (var warning in OfClasses(session.Catalog.Concerns).Concat(OfNotValidated(session.Data)).Concat(OfBadPhotos(session.Data)))
            yield return warning;
        if (session.Compute is { Device.type: TorchSharp.DeviceType.CPU, Precision: var precision }
            && !CpuFeatures.Detect().IsFast(precision))
            yield return $"this processor has no instructions for {precision.Name()}: it is many times slower than fp32";
        if (session.Weights.Path is null && session.Plan.FreezeEpochs > 0)
            yield return "a body with random weights learns nothing while frozen: use `freeze-epochs 0` with `weights none`";
    }

    /// <summary>The first concerns about classes, and how many more there are.</summary>
    public static IEnumerable<string> OfClasses(IReadOnlyList<Concern> concerns)
    {
        foreach (var concern in concerns.Take(ConcernsNamed))
            yield return concern.Problem;
        if (concerns.Count > ConcernsNamed)
            yield return $"{concerns.Count - ConcernsNamed} more such warnings; a verification of the data names them all";
    }

    /// <summary>The first photos that could not be decoded, and how many there are.</summary>
    public static IEnumerable<string> OfBadPhotos(TrainingData data)
    {
        foreach (var (photo, reason) in data.BadPhotos.Take(BadPhotosNamed))
            yield return $"{photo.Path}: {reason}; left out";
        if (data.BadPhotos.Count > BadPhotosNamed)
            yield return $"{data.BadPhotos.Count} photos cannot be decoded in all; a verification of the data names them";
    }

    private static IEnumerable<string> OfNotValidated(TrainingData data)
    {
        if (data.NotValidated is { Count: > 0 and var count } names)
            yield return $"there is no photo to validate on in {count} of {data.Catalog.Classes.Count} classes ("
                + string.Join(", ", names.Take(ClassesNamed).Select(name => $"'{name}'")) + (count > ClassesNamed ? ", …" : "")
                + "): nothing says how well they are learned";
    }
}
