using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Models;

/// <summary>
/// A ResNet, ResNeXt or wide ResNet with torchvision's tensor names and initialisation, and optionally its classifier <c>fc</c>.
/// </summary>
internal sealed class ResNet : Body
{
    private readonly Conv2d conv1;
    private readonly BatchNorm bn1;
    private readonly Sequential layer1;
    private readonly Sequential layer2;
    private readonly Sequential layer3;
    private readonly Sequential layer4;
    private readonly Linear? fc;

    /// <param name="plan">The architecture.</param>
    /// <param name="classes">
    /// Number of outputs of <c>fc</c>; null omits pooling and <c>fc</c>, so that <see cref="forward"/> returns the feature map.
    /// </param>
    /// <param name="device">
    /// The device of its tensors, CPU by default; on <c>META</c>, they have only shapes (see <see cref="TensorSlot"/>).
    /// </param>
    internal ResNet(ResNetArchitecture plan, int? classes, Device? device) : base(plan)
    {
        conv1 = Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false, device: device);
        bn1 = new BatchNorm(64, device: device);
        layer1 = Layer(plan, 0, 64, device);
        layer2 = Layer(plan, 1, 64 * plan.Expansion, device);
        layer3 = Layer(plan, 2, 128 * plan.Expansion, device);
        layer4 = Layer(plan, 3, 256 * plan.Expansion, device);
        fc = classes is { } count ? Linear(plan.Features, count, device: device) : null;
        RegisterComponents();
        foreach (var convolution in modules().OfType<Conv2d>())
            init.kaiming_normal_(convolution.weight, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.ReLU);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<Module>> Groups => [[conv1, bn1, layer1, layer2], [layer3, layer4]];

    /// <summary>float32 [N,3,H,W], normalised → [N, features, ⌈H/32⌉, ⌈W/32⌉], or [N, classes] with <c>fc</c>.</summary>
    public override Tensor forward(Tensor input)
    {
        using var stem = Layers.NormRelu(conv1, bn1, input);
        using var pooled = functional.max_pool2d(stem, 3, stride: 2, padding: 1);
        using var x1 = layer1.forward(pooled);
        using var x2 = layer2.forward(x1);
        using var x3 = layer3.forward(x2);
        var x4 = layer4.forward(x3);
        if (fc is null)
            return x4;
        using (x4)
        using (var mean = Pool(x4))
            return fc.forward(mean);
    }

    internal override IEnumerable<(string Name, Tensor Output)> Walk(Tensor input)
    {
        var x = conv1.forward(input);
        yield return (nameof(conv1), x);
        x = bn1.forward(x).relu_();
        yield return (nameof(bn1), x);
        x = functional.max_pool2d(x, 3, stride: 2, padding: 1);
        foreach (var (name, layer) in new[] { (nameof(layer1), layer1), (nameof(layer2), layer2), (nameof(layer3), layer3),
            (nameof(layer4), layer4) })
        {
            foreach (var (i, block) in layer.children().Cast<Module<Tensor, Tensor>>().Index())
                yield return ($"{name}.{i}", x = block.forward(x));
        }
    }

    private static Sequential Layer(ResNetArchitecture plan, int index, int channelsIn, Device? device)
    {
        var channels = 64 << index;
        var blocks = new List<(string, Module<Tensor, Tensor>)>();
        for (var i = 0; i < plan.Blocks[index]; i++)
        {
            var stride = i == 0 && index > 0 ? 2 : 1;
            var from = i == 0 ? channelsIn : channels * plan.Expansion;
            blocks.Add(($"{i}", plan.Bottleneck
                ? new Bottleneck(from, channels, plan.Width(channels), plan.Groups, stride, device)
                : new BasicBlock(from, channels, stride, device)));
        }
        return Sequential(blocks);
    }
}
