using PetBreeds.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Models;

/// <summary>
/// One linear layer on pooled features, as in torchvision's classifiers, with dropout before it. float32 [N, features] → logits float32 [N,
/// classes]. Being linear, it can be solved instead of trained.
/// </summary>
internal static class LinearHead
{
    /// <summary>Probability that a feature is dropped in training.</summary>
    public const double DropoutProbability = .1;

    private const string Classifier = "fc";

    /// <summary>Creates a new head; the linear layer is initialised as in PyTorch.</summary>
    /// <param name="features">Number of pooled features.</param>
    /// <param name="classes">Number of outputs.</param>
    /// <param name="device">The device of its tensors, CPU by default.</param>
    public static Sequential Create(int features, int classes, Device? device = null) => Sequential(
        ("dropout", Dropout(DropoutProbability)),
        (Classifier, Linear(features, classes, device: device)));

    /// <summary>
    /// Initialises all classes to the same probability under a sigmoid, whatever the photo; see <see cref="FastaiHead.StartAt"/>.
    /// </summary>
    internal static void StartAt(Sequential head, double probability)
    {
        using var noGradients = no_grad();
        var layer = LayerOf(head);
        layer.weight!.MulInPlace(.1);
        layer.bias!.Constant(Math.Log(probability / (1 - probability)));
    }

    /// <summary>Sets the weights to those of a solved classifier.</summary>
    /// <param name="head">A head from <see cref="Create"/>.</param>
    /// <param name="weight">float32 [classes, features].</param>
    /// <param name="bias">float32 [classes].</param>
    internal static void Set(Sequential head, Tensor weight, Tensor bias)
    {
        using var noGradients = no_grad();
        var layer = LayerOf(head);
        layer.weight!.copy_(weight);
        layer.bias!.copy_(bias);
    }

    private static Linear LayerOf(Sequential head) => (Linear)head.named_children().Single(item => item.name == Classifier).module;
}
