using PetBreeds.Batches;
using PetBreeds.Models;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Evaluation.Serving;

/// <summary>Answers with a <see cref="Predictor"/>: with libtorch, or for a model.onnx with ONNX Runtime, which has no gradients.</summary>
/// <param name="predictor">Its own from now on.</param>
internal sealed class PredictorClassifier(Predictor predictor) : IBatchClassifier, IHeatMaps
{
    private readonly Lock _network = new();

    public ModelCard Card => predictor.Card;

    public bool TakesWholePhotos => !predictor.HasNetwork; // presizing here would load libtorch

    public IHeatMaps? HeatMaps => predictor.HasNetwork ? this : null;

    /// <summary>Opens a model; its weights are loaded meanwhile (see <see cref="Predictor"/>).</summary>
    /// <exception cref="UserException">It is missing, damaged, or none of petbreeds'.</exception>
    public static PredictorClassifier Open(string modelFile, ComputeDevice device) => new(new Predictor(modelFile, device));

    public ClassifiedPhoto[] Answer(IReadOnlyList<RgbImage> photos)
    {
        lock (_network)
            return predictor.Answer(photos);
    }

    public HeatMap Heat(RgbImage photo, int label)
    {
        lock (_network)
        {
            using var scope = NewDisposeScope();
            var input = predictor.Input([photo]);
            float[] heat = [.. GradCam.Heat(predictor.Model, input, [label]).cpu().data<float>()];
            var crop = TensorPictures.ToImages(TensorPictures.Denormalise(input, Card.Preprocessing.Normalization))[0];
            return new HeatMap(crop, heat);
        }
    }

    public void Dispose() => predictor.Dispose();
}
