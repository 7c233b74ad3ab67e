using System.Security.Cryptography;
using System.Text;
using PetBreeds.Distributed;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Checkpoints;
using PetBreeds.Training.Configuration;

namespace PetBreeds.Training;

/// <summary>
/// Makes sure that all processes train the same network on the same photos with the same settings, and that each machine has presized them.
/// </summary>
internal static class Agreement
{
    /// <summary>Settings that may differ: where each machine keeps the photos, and its device.</summary>
    private static readonly string[] Own = ["data", "labels", "exclude", "cleaning", "weights", "device"];

    /// <summary>Compares settings and photos, then gives all processes the weights of rank 0.</summary>
    /// <exception cref="UserException">A process has other settings or photos.</exception>
    public static void Make(TrainingSession session)
    {
        var group = session.Group;
        if (group.LocalRank == 0)
            session.Data.Presize(Environment.ProcessorCount);
        group.Barrier(); // the other processes of a machine read what one has presized
        Require(group, Setting.Texts(session.Config).Where(setting => !Own.Contains(setting.Key))
            .Select(setting => $"{setting.Key}={setting.Value}").Append(session.Compute.Precision.Name()), "settings",
            "Start all processes with the same command line and configuration file, on processors of one kind or with `precision fp32`.");
        Require(group, [DataPrint.Of(session.Catalog).ToString()], "photos", "Give every machine the same photos, labels and lists.");
        foreach (var (_, tensor) in session.Model.NamedTensors())
            group.FromFirst(tensor);
    }

    private static void Require(IProcessGroup group, IEnumerable<string> texts, string what, string remedy) =>
        group.RequireSame(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts))), what, remedy);
}
