using System.Security.Cryptography;
using System.Text;
using PetBreeds.Catalog;
using PetBreeds.Distributed;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Checkpoints;
using PetBreeds.Training.Configuration;

namespace PetBreeds.Training;

/// <summary>
/// Makes sure that all processes train the same network on the same photos with the same settings. It is checked before they depend on each
/// other for anything else: ranks that wait for different things would wait forever.
/// </summary>
internal static class Agreement
{
    /// <summary>Settings that may differ: where each machine keeps the photos, and the number of its device.</summary>
    private static readonly string[] MayDiffer = ["data", "labels", "exclude", "cleaning", "weights", "device"];

    /// <summary>Compares settings, and whether the kind of device and the precision are the same.</summary>
    /// <exception cref="UserException">A process has other settings.</exception>
    public static void OnSettings(IProcessGroup group, TrainOptions config, Compute compute)
    {
        string[] weights = config.Weights == InitialWeights.None ? ["random weights"] : [];
        Require(group, [.. Setting.Texts(config).Where(setting => !MayDiffer.Contains(setting.Key))
            .Select(setting => $"{setting.Key}={setting.Value}"), .. weights, compute.Device.type.ToString(), compute.Precision.Name()],
            "settings", "Start all processes with the same command line and configuration file, on devices of one kind or with "
            + "`device cpu` and `precision fp32`.");
    }

    /// <summary>Compares photos, labels and splits.</summary>
    /// <exception cref="UserException">A process has other photos.</exception>
    public static void OnPhotos(IProcessGroup group, PhotoCatalog catalog) =>
        Require(group, [DataPrint.Of(catalog).ToString()], "photos", "Give every machine the same photos, labels and lists.");

    /// <summary>Gives all processes the weights of rank 0.</summary>
    public static void OnWeights(IProcessGroup group, ImageClassifier model)
    {
        foreach (var (_, tensor) in model.NamedTensors())
            group.FromFirst(tensor);
    }

    private static void Require(IProcessGroup group, string[] texts, string what, string remedy) =>
        group.RequireSame(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts))), what, remedy);
}
