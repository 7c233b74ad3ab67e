using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PetBreeds.Catalog.Files;
using PetBreeds.Pixels;
using PetBreeds.Runtime;

namespace PetBreeds.Models;

/// <summary>The description in a model file, besides its tensors: all that is needed to predict, and where the model came from.</summary>
/// <param name="Architecture">The body.</param>
/// <param name="Classes">Class names, in the order of the outputs; at least 2.</param>
/// <param name="Preprocessing">How photos are preprocessed.</param>
/// <param name="Provenance">
/// Further facts, such as the program version, the data, the initial weights and their hash, the seed, and the error reached.
/// </param>
public sealed record ModelCard(
    Architecture Architecture, IReadOnlyList<string> Classes, Preprocessing Preprocessing, IReadOnlyDictionary<string, string> Provenance)
{
    /// <summary>The loss of models with mutually exclusive classes: softmax over all classes.</summary>
    public const string CrossEntropy = "cross-entropy";

    /// <summary>The loss of models that predict each class independently: one sigmoid per class, all of which may be low.</summary>
    public const string BinaryCrossEntropy = "bce";

    private const string Several = "several";
    private const string FastaiFormat = "1", LinearFormat = "2"; // programs that only read the first know only one head

    /// <summary>The head, which turns the body's features into outputs.</summary>
    public HeadKind Head { get; init; }

    /// <summary>
    /// The loss that the model was trained with, which determines how its outputs become probabilities: <see cref="CrossEntropy"/> (the
    /// default) or <see cref="BinaryCrossEntropy"/>.
    /// </summary>
    public string Loss { get; init; } = CrossEntropy;

    /// <summary>Whether each class is predicted independently.</summary>
    public bool IndependentClasses => Loss == BinaryCrossEntropy;

    /// <summary>Whether a photo may have several labels or none, so that every sufficiently probable class is predicted.</summary>
    public bool SeveralLabels { get; init; }

    /// <summary>The calibration of its probabilities; null if it has not been calibrated.</summary>
    public ModelCalibration? Calibration { get; init; }

    internal IReadOnlyDictionary<string, string> ToMetadata()
    {
        var metadata = Always();
        if (Calibration is not null)
            metadata["calibration"] = JsonSerializer.Serialize(Calibration);
        if (SeveralLabels)
            metadata["labels"] = Several;
        return metadata;
    }

    private Dictionary<string, string> Always() => new()
    {
        ["petbreeds"] = Head == HeadKind.Fastai ? FastaiFormat : LinearFormat,
        ["head"] = Head.Name(),
        ["loss"] = Loss,
        ["architecture"] = Architecture.Name,
        ["classes"] = JsonSerializer.Serialize(Classes),
        ["presize"] = Preprocessing.Presize.ToString(CultureInfo.InvariantCulture),
        ["size"] = Preprocessing.Size.ToString(CultureInfo.InvariantCulture),
        ["mean"] = JsonSerializer.Serialize(Preprocessing.Normalization.Mean),
        ["std"] = JsonSerializer.Serialize(Preprocessing.Normalization.Std),
        ["provenance"] = JsonSerializer.Serialize(Provenance),
    };

    /// <exception cref="UserException">The file is not a petbreeds model or is damaged.</exception>
    internal static ModelCard FromMetadata(IReadOnlyDictionary<string, string> metadata, string place)
    {
        var version = metadata.GetValueOrDefault("petbreeds") ?? throw new UserException(
            "this file contains weights, but no classes or preprocessing", place, "Give the model.safetensors of a petbreeds run.");
        if (version is not (FastaiFormat or LinearFormat))
            throw new UserException($"this model has format {version}, but this program reads formats {FastaiFormat} and {LinearFormat}",
                place, "Update petbreeds.");
        try
        {
            var card = new ModelCard(
                Architecture.Named(metadata["architecture"]),
                Composed(Parse("classes", CardJson.Default.StringArray)),
                new Preprocessing(Parse("presize", CardJson.Default.Int32), Parse("size", CardJson.Default.Int32),
                    new Normalization(Parse("mean", CardJson.Default.SingleArray), Parse("std", CardJson.Default.SingleArray))),
                Parse("provenance", CardJson.Default.DictionaryStringString))
            {
                Head = HeadOf(metadata),
                Loss = metadata.GetValueOrDefault("loss") ?? CrossEntropy, // files of the first versions do not say it
                SeveralLabels = metadata.GetValueOrDefault("labels") == Several,
                Calibration = metadata.ContainsKey("calibration") ? Parse("calibration", CardJson.Default.ModelCalibration) : null,
            };
            return card.IsSound() ? card : throw new JsonException("values out of range");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or UserException)
        {
            throw new UserException($"the model's description is damaged: {e.Message}", place,
                "Train the model again or restore a copy.", e);
        }

        T Parse<T>(string key, JsonTypeInfo<T> type) =>
            JsonSerializer.Deserialize(metadata[key], type) ?? throw new JsonException($"{key} is missing");
    }

    private static HeadKind HeadOf(IReadOnlyDictionary<string, string> metadata) => metadata.GetValueOrDefault("head") is { } name
        ? EnumNames.Named<HeadKind>(name) ?? throw new JsonException($"there is no head '{name}'")
        : HeadKind.Fastai; // the only head of the first versions

    /// <summary>
    /// Normalises class names to the form that labels have today, unless the model has both forms of a name as two classes.
    /// </summary>
    private static string[] Composed(string[] classes)
    {
        if (classes.Contains(null!))
            return classes; // rejected below
        string[] composed = [.. classes.Select(ComposedText.Of)];
        return composed.Distinct().Count() == composed.Length ? composed : classes;
    }

    // JSON may contain nulls that the types do not allow, and numbers beyond float32 become infinite.
    private bool IsSound() =>
        Loss is CrossEntropy or BinaryCrossEntropy && (IndependentClasses || !SeveralLabels)
        && Calibration?.IsSound(Architecture.Features) != false
        && Classes.Count is >= 2 and <= 1_000_000 && Classes.All(c => c is not null) && Provenance.Values.All(v => v is not null)
        && Preprocessing is { Presize: >= 1 and <= 16384, Size: >= 1 and <= 16384, Normalization: { Mean.Count: 3, Std.Count: 3 } }
        && Preprocessing.Normalization.Mean.All(float.IsFinite) && Preprocessing.Normalization.Std.All(s => float.IsFinite(s) && s > 0);
}

/// <summary>Serializers generated at compile time; reflection would build them at every start.</summary>
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(float[]))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(ModelCalibration))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class CardJson : JsonSerializerContext;
