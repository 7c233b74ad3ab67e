using PetBreeds.Models;
using PetBreeds.Training.Schedules;

namespace PetBreeds.Training.Configuration;

/// <summary>The settings that a recipe decides.</summary>
/// <param name="Head">The network's head.</param>
/// <param name="Views">Views of each photo from which the head is solved; 0 if it is not solved.</param>
/// <param name="KeepsNorms">Whether batch norms keep the statistics of the pretrained body.</param>
/// <param name="KeepsEarly">Whether the early layers stay frozen.</param>
/// <param name="FreezeEpochs">Epochs with the body frozen.</param>
/// <param name="Epochs">Epochs after that with the body unfrozen.</param>
/// <param name="Lr">A rate, a slice, or the one to be found.</param>
internal sealed record RecipePlan(HeadKind Head, int Views, bool KeepsNorms, bool KeepsEarly, int FreezeEpochs, int Epochs, LearningRate Lr)
{
    /// <summary>Whether the head is solved before training starts.</summary>
    public bool Solves => Views > 0;

    /// <summary>Epochs of both phases.</summary>
    public int AllEpochs => FreezeEpochs + Epochs;

    /// <summary>The plan of a configuration in which everything is set.</summary>
    public static RecipePlan Of(TrainOptions config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config is
        {
            Head: { } head, Views: { } views, Norms: { } norms, Layers: { } layers, FreezeEpochs: { } frozen,
            Epochs: { } epochs, Lr: { } lr
        }
            ? new RecipePlan(head, views, norms == NormMode.Keep, layers == TrainedLayers.Late, frozen, epochs, lr)
            : throw new ArgumentException("the recipe has not decided yet", nameof(config));
    }
}
