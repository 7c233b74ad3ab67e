using PetBreeds.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Models;

/// <summary>
/// fastai's head (<c>create_head</c>), with its layer numbers as names: concatenated max and average pooling, batch norm, dropout .25,
/// linear to 512, ReLU, batch norm, dropout .5, linear to the classes. float32 [N, features, h, w] → logits float32 [N, classes].
/// </summary>
internal static class FastaiHead
{
    /// <summary>Width of the hidden layer.</summary>
    public const int Hidden = 512;

    /// <summary>Creates a new head, initialised as in fastai: Kaiming normal linear layers, batch-norm biases of 1e-3.</summary>
    /// <param name="features">Channels of the body's last feature map.</param>
    /// <param name="classes">Number of outputs.</param>
    /// <param name="device">The device of its tensors, CPU by default.</param>
    public static Sequential Create(int features, int classes, Device? device = null)
    {
        var head = Sequential(
            ("0", new AdaptiveConcatPool2d()),
            ("1", Flatten()),
            ("2", new BatchNorm(2 * features, device: device)),
            ("3", Dropout(.25)),
            ("4", Linear(2 * features, Hidden, hasBias: false, device: device)),
            ("5", ReLU(inplace: true)),
            ("6", new BatchNorm(Hidden, device: device)),
            ("7", Dropout(.5)),
            ("8", Linear(Hidden, classes, hasBias: false, device: device)));
        foreach (var module in head.modules())
        {
            if (module is Linear linear)
                init.kaiming_normal_(linear.weight);
            if (module is BatchNorm norm)
                norm.bias!.Constant(1e-3);
        }
        return head;
    }

    /// <summary>
    /// Initialises all classes to the same small probability under a sigmoid: most answers are no, and random logits would waste the first
    /// epochs (Lin et al., "Focal Loss for Dense Object Detection", 2017, section 4.1). The last layer has no bias, so the batch norm
    /// before it provides one: its bias becomes 1, and the weights of each class are made small and sum to the logit.
    /// </summary>
    /// <param name="head">A head from <see cref="Create"/>.</param>
    /// <param name="probability">The probability, between 0 and 1.</param>
    internal static void StartAt(Sequential head, double probability)
    {
        const double Small = .1;
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var modules = head.named_children().ToDictionary(item => item.name, item => item.module);
        var (norm, last) = ((BatchNorm)modules["6"], (Linear)modules["8"]);
        norm.bias!.Constant(1);
        var weight = last.weight!; // float32 [classes, Hidden]
        var centred = weight.sub(weight.mean([1], keepdim: true)).Mul(Small);
        weight.copy_(centred.Add(Math.Log(probability / (1 - probability)) / Hidden));
    }

    private sealed class AdaptiveConcatPool2d() : Module<Tensor, Tensor>(nameof(AdaptiveConcatPool2d))
    {
        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return cat([input.amax([2, 3], keepdim: true), input.mean([2, 3], keepdim: true)], 1).MoveToOuterDisposeScope();
        }
    }
}
