using PetBreeds.Models;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Optimizers;

namespace PetBreeds.Training.Steps;

/// <summary>
/// Creates the optimizer of a configuration, for training and for everything that tries it out first: the finder, the pace meter, the
/// choice of the batch size.
/// </summary>
internal static class OptimizerChoice
{
    /// <param name="model">The network, on its device.</param>
    /// <param name="config">The weight decay.</param>
    public static AdamW Create(ImageClassifier model, TrainOptions config) => new(model.ParameterGroups, config.WeightDecay);
}
