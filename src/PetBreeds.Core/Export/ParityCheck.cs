using PetBreeds.Catalog;
using PetBreeds.Evaluation;
using PetBreeds.Export.Onnx;
using PetBreeds.Models;
using PetBreeds.Models.Onnx;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;

namespace PetBreeds.Export;

/// <summary>How far an exported file's answers lie from the model's.</summary>
/// <param name="File">The exported file.</param>
/// <param name="Photos">On how many photos.</param>
/// <param name="LargestDifference">Of a probability, from the photo on.</param>
/// <param name="FromSamePixels">Of a probability, where both are given the same presized pixels.</param>
/// <param name="Changed">Photos whose answer is another.</param>
/// <param name="ModelError">Share of these photos that the model answers wrongly.</param>
/// <param name="Error">Share that the exported file answers wrongly.</param>
internal sealed record Parity(
    string File, int Photos, double LargestDifference, double FromSamePixels, int Changed, double ModelError, double Error)
{
    /// <summary>What float32 may differ by from the same pixels: sums in another order.</summary>
    public const double Tolerance = 1e-3;

    /// <summary>
    /// What it may differ by from the photo on: libtorch and ONNX Runtime round differently where they resize, so that some pixels are 1 of
    /// 255 apart; 4e-3 was seen on 391 photos.
    /// </summary>
    public const double PixelTolerance = .02;

    /// <summary>Whether the file gives the model's answers.</summary>
    public bool IsClose => FromSamePixels <= Tolerance && LargestDifference <= PixelTolerance;

    /// <summary>For people.</summary>
    public string Describe() =>
        FormattableString.Invariant($"{Changed} of {Photos} answers changed, probabilities differ by at most {LargestDifference:0.0e+0}")
        + (FromSamePixels == LargestDifference ? ""
            : FormattableString.Invariant($" ({FromSamePixels:0.0e+0} from the same resized pixels)"))
        + FormattableString.Invariant($"; error {Error:0.0000}, the model's {ModelError:0.0000}");
}

/// <summary>Runs exported ONNX files on photos and compares them with the model they were made from.</summary>
internal static class ParityCheck
{
    private const double Present = .5; // from here on a class is an answer where a photo may have several

    /// <summary>Compares the files of an export.</summary>
    /// <param name="modelFile">The model.safetensors.</param>
    /// <param name="whole">The exported model.</param>
    /// <param name="network">The exported network alone; null if there is none.</param>
    /// <param name="photos">Photos that cannot be read are left out.</param>
    /// <param name="progress">Told how many photos are done.</param>
    /// <param name="cancel">Looked at between photos.</param>
    /// <exception cref="UserException">A file cannot be run, or no photo can be read.</exception>
    public static IReadOnlyList<Parity> Run(
        string modelFile, string whole, string? network, IReadOnlyList<PhotoItem> photos, Action<int>? progress, CancellationToken cancel)
    {
        using var expected = new Predictor(modelFile, ComputeDevice.Cpu);
        using var model = new OnnxModel(whole);
        using var alone = network is null ? null : new OnnxNetwork(network);
        var (byModel, byNetwork) = (new Tally(expected.Card), new Tally(expected.Card));
        foreach (var (i, photo) in photos.Index())
        {
            cancel.ThrowIfCancellationRequested();
            if (DecodedPhoto.TryRead(photo, expected.Card.Preprocessing) is { } decoded)
            {
                var presized = Presizer.Resize(decoded, expected.Card.Preprocessing.Presize);
                var right = expected.Answer([presized])[0].Probabilities;
                byModel.Add(photo, right, model.Run(decoded).Probabilities, model.Run(presized).Probabilities);
                if (alone is not null)
                {
                    var answer = new NetworkAnswer(photo.Path, Logits(alone, expected, presized), [], null);
                    float[] byItself = [.. expected.Probabilities(answer).Select(p => (float)p)];
                    byNetwork.Add(photo, right, byItself, byItself);
                }
            }
            progress?.Invoke(i + 1);
        }
        if (byModel.Photos == 0)
            throw new UserException("none of the validation photos can be read to check the export on", modelFile,
                "Export without the check.")
            { Next = NextStep.SkipExportCheck };
        return network is null ? [byModel.Of(whole)] : [byModel.Of(whole), byNetwork.Of(network)];
    }

    private static float[] Logits(OnnxNetwork network, Predictor predictor, RgbImage presized)
    {
        using var input = predictor.Input([presized]); // float32 [1,3,size,size]
        return network.Run([.. input.data<float>()], input.shape);
    }

    private sealed class Tally(ModelCard card)
    {
        private double _largest, _fromSame;
        private int _changed, _modelWrong, _wrong;

        public int Photos { get; private set; }

        public void Add(PhotoItem photo, double[] expected, float[] actual, float[] fromSamePixels)
        {
            Photos++;
            _largest = Math.Max(_largest, Difference(expected, actual));
            _fromSame = Math.Max(_fromSame, Difference(expected, fromSamePixels));
            var (before, after) = (Answer(expected), Answer([.. actual.Select(p => (double)p)]));
            _changed += before.SequenceEqual(after) ? 0 : 1;
            _modelWrong += before.SequenceEqual(photo.Labels) ? 0 : 1;
            _wrong += after.SequenceEqual(photo.Labels) ? 0 : 1;
        }

        public Parity Of(string file) =>
            new(file, Photos, _largest, _fromSame, _changed, (double)_modelWrong / Photos, (double)_wrong / Photos);

        /// <summary>Not a number must not pass for no difference.</summary>
        private static double Difference(double[] expected, float[] actual) =>
            expected.Zip(actual, (a, b) => float.IsNaN(b) ? double.PositiveInfinity : Math.Abs(a - b)).Max();

        private int[] Answer(double[] probabilities) => card.SeveralLabels
            ? [.. probabilities.Index().Where(entry => entry.Item >= Present).Select(entry => entry.Index)]
            : [Array.IndexOf(probabilities, probabilities.Max())];
    }
}
