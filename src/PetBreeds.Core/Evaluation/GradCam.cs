using PetBreeds.Models;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Evaluation;

/// <summary>
/// Shows where in a photo a class was seen (Selvaraju et al., "Grad-CAM", 2017, section 3): the feature maps of the last convolutional
/// block, each weighted by the mean gradient of the class's output with respect to it, summed and passed through a ReLU.
/// </summary>
internal static class GradCam
{
    /// <summary>The heat map of one class for each photo.</summary>
    /// <param name="model">The model, in evaluation mode.</param>
    /// <param name="input">float32 [N,3,S,S], normalised, on the model's device.</param>
    /// <param name="classes">A class index for each photo.</param>
    /// <returns>
    /// float32 [N,1,S,S], 0 to 1 (all 0 if nothing speaks for the class); disposed by the caller or the surrounding scope.
    /// </returns>
    public static Tensor Heat(ImageClassifier model, Tensor input, IReadOnlyList<int> classes)
    {
        if (input.dim() != 4 || input.shape[0] != classes.Count || classes.Any(c => c < 0 || c >= model.Classes))
            throw new ArgumentException($"{classes.Count} classes for an input of [{string.Join(", ", input.shape)}]", nameof(classes));
        using var scope = NewDisposeScope();
        var features = Features(model, input);
        var maps = Weights(model, features, classes).mul(features).sum(1, keepdim: true).relu(); // float32 [N,1,h,w]
        maps = maps.div(maps.amax([2, 3], keepdim: true).ClampMin(1e-12));
        return nn.functional.interpolate(maps.detach(), [input.shape[2], input.shape[3]], mode: InterpolationMode.Bilinear,
            align_corners: false)
            .MoveToOuterDisposeScope();
    }

    /// <summary>The last block's feature maps, as leaves for differentiation. float32 [N,features,h,w].</summary>
    internal static Tensor Features(ImageClassifier model, Tensor input)
    {
        using var noGradients = no_grad();
        return model.Body.forward(input).detach().requires_grad_(true);
    }

    /// <summary>α of equation 1: the mean gradient of the class's output over each map. float32 [N,features,1,1].</summary>
    internal static Tensor Weights(ImageClassifier model, Tensor features, IReadOnlyList<int> classes)
    {
        using var scope = NewDisposeScope();
        var index = tensor(classes.Select(c => (long)c).ToArray(), device: features.device).unsqueeze(1);
        var score = model.Classify(features).gather(1, index).sum();
        return autograd.grad([score], [features])[0].mean([2, 3], keepdim: true).detach().MoveToOuterDisposeScope();
    }
}
