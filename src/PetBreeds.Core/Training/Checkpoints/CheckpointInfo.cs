using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using PetBreeds.Catalog;
using PetBreeds.Models;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Steps;

namespace PetBreeds.Training.Checkpoints;

/// <summary>What identifies a run and does not change while it trains.</summary>
/// <param name="Settings">Keys and text values of <see cref="Setting.All"/>, with the batch size that was found.</param>
/// <param name="Data">Identifies the photos.</param>
/// <param name="Weights">What the network started from; the weight file is no longer needed.</param>
/// <param name="FoundRate">The learning rate found for <c>lr auto</c>; otherwise null.</param>
internal sealed record RunIdentity(
    IReadOnlyDictionary<string, string> Settings, DataPrint Data, StartingWeights Weights, double? FoundRate);

/// <summary>A fingerprint of the data set.</summary>
/// <param name="Train">Number of training photos.</param>
/// <param name="Valid">Number of validation photos.</param>
/// <param name="Sha256">Hash of every photo's name, label and split.</param>
internal sealed record DataPrint(int Train, int Valid, string Sha256)
{
    /// <exception cref="UserException">The photos, labels or splits have changed.</exception>
    internal void RequireSame(DataPrint now)
    {
        if (now != this)
            throw new UserException($"the photos are not the ones the run started with: it had {Train} for training and {Valid} for "
                + "validation, "
                + $"and now there are {now.Train} and {now.Valid}" + ((now.Train, now.Valid) == (Train, Valid)
                ? ", with different names, labels or splits" : ""),
                null, "Restore the data set, or start a new run.");
    }

    /// <summary>Computes the fingerprint of a catalog.</summary>
    public static DataPrint Of(PhotoCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var text = new StringBuilder();
        foreach (var item in catalog.Items)
            text.Append(item.Name).Append('\0').AppendJoin('\0', item.Labels.Select(label => catalog.Classes[label]))
                .Append('\0').Append(item.Split).Append('\n');
        return new(catalog.Of(Split.Train).Count, catalog.Of(Split.Valid).Count,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))));
    }
}

/// <summary>The JSON part of a checkpoint. It is written last, so that a checkpoint without it does not count.</summary>
/// <param name="Format">Version of the layout of both files, see <see cref="CheckpointFolder.Format"/>.</param>
/// <param name="Program">The program that wrote it.</param>
/// <param name="Run">The run it belongs to.</param>
/// <param name="Step">Completed steps.</param>
/// <param name="EpochEnd">Whether the last step ended an epoch whose validation is complete.</param>
/// <param name="EpochSeconds">See <see cref="TrainState.EpochSeconds"/>.</param>
/// <param name="EpochImages">See <see cref="TrainState.EpochImages"/>.</param>
/// <param name="RateFactor">See <see cref="TrainState.RateFactor"/>.</param>
/// <param name="MicroBatchSize">See <see cref="MicroBatches.Size"/>.</param>
/// <param name="Epochs">See <see cref="TrainState.Epochs"/>.</param>
/// <param name="Sha256">Hash of the other fields and of the tensor file.</param>
/// <param name="Start">See <see cref="TrainState.Start"/>.</param>
/// <param name="Tensors">Name of the tensor file; null for the default name of the step.</param>
internal sealed record CheckpointInfo(
    int Format, string Program, RunIdentity Run, int Step, bool EpochEnd, double EpochSeconds, int EpochImages, double RateFactor,
    [property: JsonPropertyName("photos_at_once")] int MicroBatchSize, IReadOnlyList<EpochResult> Epochs, string Sha256,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EpochResult? Start = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Tensors = null);
