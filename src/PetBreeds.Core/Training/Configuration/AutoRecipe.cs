using PetBreeds.Models;
using PetBreeds.Training.Schedules;

namespace PetBreeds.Training.Configuration;

/// <summary>
/// The rules of <c>recipe auto</c>. With pretrained weights, the head is solved (Kumar et al., "Fine-Tuning can Distort Pretrained
/// Features", 2022), then layers are fine-tuned gently; with few photos, the early layers and the batch norms' statistics stay as they are.
/// With random weights there is nothing to solve, and all layers learn at once.
/// </summary>
internal static class AutoRecipe
{
    /// <summary>The centre and its mirror image.</summary>
    public const int Views = 2;

    private static readonly LearningRate GentleRates = LearningRate.Slice(3e-5, 3e-4), Rate = 2e-3;
    private const int Steps = 320, FewestSteps = 48; // fine-tuning steps
    private const int FewestEpochs = 4, MostEpochs = 8, PlainEpochs = 5;
    private const int SomePhotos = 1000; // with fewer, the early layers stay frozen, which saves a third of the time
    private const int ManyPhotos = 4000; // from here on, batch norms see enough photos to learn new statistics

    public static TrainOptions Decide(TrainOptions config, int photos)
    {
        var pretrained = config.Weights != InitialWeights.None;
        var head = config.Head ?? (pretrained ? HeadKind.Linear : HeadKind.Fastai);
        var views = config.Views ?? (pretrained && head == HeadKind.Linear ? Views : 0);
        var solves = views > 0;
        return config with
        {
            Head = head,
            Views = views,
            Norms = config.Norms ?? (solves && photos < ManyPhotos ? NormMode.Keep : NormMode.Learn),
            Layers = config.Layers ?? (solves && photos < SomePhotos ? TrainedLayers.Late : TrainedLayers.All),
            FreezeEpochs = config.FreezeEpochs ?? (pretrained && !solves ? 1 : 0),
            Epochs = config.Epochs ?? (solves ? Epochs(photos, config.BatchSize * config.GradAccum) : PlainEpochs),
            Lr = config.Lr ?? (solves ? GentleRates : Rate),
        };
    }

    /// <summary>Many photos need few epochs; with few photos, an epoch has few steps.</summary>
    private static int Epochs(int photos, int batch)
    {
        var steps = Math.Max(1, photos / batch);
        return Math.Max(Math.Clamp((int)Math.Round((double)Steps / steps), FewestEpochs, MostEpochs),
            Math.Min(2 * MostEpochs, FewestSteps / steps));
    }
}
