using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using PetBreeds.Catalog;
using PetBreeds.Models;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Steps;

namespace PetBreeds.Training.Checkpoints;

/// <summary>What makes a run that run, and does not change in its course.</summary>
/// <param name="Settings">Keys and texts of <see cref="Setting.All"/>; a batch size that was to be found is set.</param>
/// <param name="Data">The photos.</param>
/// <param name="Weights">What the network started from; the file is not needed any more.</param>
/// <param name="FoundRate">The learning rate of <c>lr auto</c>; else null.</param>
internal sealed record RunIdentity(
    IReadOnlyDictionary<string, string> Settings, DataPrint Data, StartingWeights Weights, double? FoundRate);

/// <summary>Tells two data sets apart.</summary>
/// <param name="Train">Photos to learn from.</param>
/// <param name="Valid">Photos to measure on.</param>
/// <param name="Sha256">Of every photo's name, label and split.</param>
internal sealed record DataPrint(int Train, int Valid, string Sha256)
{
    /// <exception cref="UserException">Other photos, labels or splits.</exception>
    internal void RequireSame(DataPrint now)
    {
        if (now != this)
            throw new UserException($"the photos are not the ones the run started with: it had {Train} for training and {Valid} for "
                + "validation, "
                + $"and now there are {now.Train} and {now.Valid}" + ((now.Train, now.Valid) == (Train, Valid)
                ? ", with different names, labels or splits" : ""),
                null, "Restore the data set, or start a new run.");
    }

    /// <summary>Of a catalog.</summary>
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

/// <summary>The JSON half of a checkpoint: it is written last, so a checkpoint without it does not exist.</summary>
/// <param name="Format">Version of the layout of both files: <see cref="CheckpointFolder.Format"/>.</param>
/// <param name="Program">What wrote it.</param>
/// <param name="Run">Which run.</param>
/// <param name="Step">Steps done.</param>
/// <param name="EpochEnd">Whether the last of them ended an epoch, and its validation is done.</param>
/// <param name="EpochSeconds">As <see cref="TrainState.EpochSeconds"/>.</param>
/// <param name="EpochImages">As <see cref="TrainState.EpochImages"/>.</param>
/// <param name="RateFactor">As <see cref="TrainState.RateFactor"/>.</param>
/// <param name="MicroBatchSize">As <see cref="MicroBatches.Size"/>.</param>
/// <param name="Epochs">As <see cref="TrainState.Epochs"/>.</param>
/// <param name="Sha256">Of all the rest and of the file of tensors.</param>
/// <param name="Start">As <see cref="TrainState.Start"/>.</param>
/// <param name="Tensors">Name of the file of tensors; null: that of the step.</param>
internal sealed record CheckpointInfo(
    int Format, string Program, RunIdentity Run, int Step, bool EpochEnd, double EpochSeconds, int EpochImages, double RateFactor,
    [property: JsonPropertyName("photos_at_once")] int MicroBatchSize, IReadOnlyList<EpochResult> Epochs, string Sha256,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EpochResult? Start = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Tensors = null);
