using Microsoft.ML.OnnxRuntime;
using PetBreeds.Catalog;
using PetBreeds.Models;
using PetBreeds.Models.Onnx;

namespace PetBreeds.Export.Onnx;

/// <summary>Runs the float32 network on photos to find the ranges of its activations: the least and the largest value seen.</summary>
/// <remarks>
/// On 391 photos, a ResNet18 changed 6 answers so, and 5 or 6 with ranges that leave out one value in 10,000 or average the photos.
/// </remarks>
/// <param name="photos">Of the training split.</param>
/// <param name="cancel">Checked between photos.</param>
internal sealed class Calibration(IReadOnlyList<PhotoItem> photos, CancellationToken cancel = default)
{
    private readonly List<string> _unread = [];
    private Dictionary<string, ValueRange>? _ranges;

    /// <summary>How many photos there are.</summary>
    public int Photos => photos.Count;

    /// <summary>Called with the number of photos done.</summary>
    public Action<int>? Progress { get; set; }

    /// <summary>Paths of the photos that could not be read and were left out.</summary>
    public IReadOnlyList<string> Unread => _unread;

    /// <summary>The range of each activation by its name; found once, for all formats of an export.</summary>
    /// <param name="model">The network.</param>
    /// <param name="card">Of the model.</param>
    /// <param name="modelFile">Its file, for messages.</param>
    /// <exception cref="UserException">No photo can be read.</exception>
    public IReadOnlyDictionary<string, ValueRange> Ranges(ImageClassifier model, ModelCard card, string modelFile) =>
        _ranges ??= Find(model, card, modelFile);

    private Dictionary<string, ValueRange> Find(ImageClassifier model, ModelCard card, string modelFile)
    {
        using var session = OnnxSession.Open(OnnxFiles.CalibrationModel(model, card));
        using var options = new RunOptions();
        string[] outputs = [.. session.OutputNames]; // least and most of each activation in turn, float32 []
        Dictionary<string, ValueRange> ranges = [];
        foreach (var (index, item) in photos.Index())
        {
            cancel.ThrowIfCancellationRequested();
            if (DecodedPhoto.TryRead(item, card.Preprocessing) is { } photo)
            {
                using var pixels = OrtValue.CreateTensorValueFromMemory(photo.Pixels, [1, photo.Height, photo.Width, 3]); // uint8 [1,H,W,3]
                using var results = session.Run(options, [OnnxNames.Pixels], [pixels], outputs);
                for (var i = 0; i < outputs.Length; i += 2)
                {
                    var seen = new ValueRange(results[i].GetTensorDataAsSpan<float>()[0], results[i + 1].GetTensorDataAsSpan<float>()[0]);
                    ranges[outputs[i]] = ranges.GetValueOrDefault(outputs[i]).With(seen);
                }
            }
            else
            {
                _unread.Add(item.Path);
            }
            Progress?.Invoke(index + 1);
        }
        return ranges.Count > 0 ? ranges
            : throw new UserException("none of the training photos, which int8 needs, can be read", modelFile,
                "Export in float32 or float16, which need none.");
    }
}
