using PetBreeds.Models;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Optimizers;

namespace PetBreeds.Training.Steps;

/// <summary>Makes the optimizer of a configuration, for training as for everything that rehearses it: the finder, the pace, memory.</summary>
internal static class OptimizerChoice
{
    /// <param name="model">The network, on its device.</param>
    /// <param name="config">The weight decay.</param>
    public static AdamW Create(ImageClassifier model, TrainOptions config) => new(model.ParameterGroups, config.WeightDecay);
}
