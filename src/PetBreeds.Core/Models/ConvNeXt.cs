using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Models;

/// <summary>
/// A ConvNeXt (Liu et al., "A ConvNet for the 2020s", 2022) with torchvision's tensor names and initialisation: <c>features.0</c> is the
/// stem, odd numbers are stages of blocks, even ones halve the resolution between them, and <c>classifier.0</c> normalises the pooled
/// features.
/// </summary>
internal sealed class ConvNeXt : Body
{
    private readonly Sequential features;
    private readonly Sequential classifier;

    /// <param name="plan">The architecture.</param>
    /// <param name="classes">Number of outputs of <c>classifier.2</c>; null omits it and the pooling from <see cref="forward"/>.</param>
    /// <param name="device">The device of its tensors, CPU by default; on <c>META</c>, they have only shapes.</param>
    internal ConvNeXt(ConvNeXtArchitecture plan, int? classes, Device? device) : base(plan)
    {
        features = Features(plan, device);
        classifier = Sequential(("0", PixelNorm.Of(plan.Features, device)));
        if (classes is { } count)
            classifier.append("2", Linear(plan.Features, count, device: device));
        RegisterComponents();
        foreach (var module in modules())
        {
            if (module is Conv2d convolution)
                Initialise(convolution.weight!, convolution.bias!);
            else if (module is Linear linear)
                Initialise(linear.weight!, linear.bias!);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<Module>> Groups
    {
        get
        {
            Module[] parts = [.. features.children()];
            return [parts[..4], [.. parts[4..], classifier]];
        }
    }

    /// <summary>float32 [N,3,H,W], normalised → [N, features, ⌊H/32⌋, ⌊W/32⌋], or [N, classes] with <c>classifier.2</c>.</summary>
    public override Tensor forward(Tensor input)
    {
        var x = input;
        foreach (var (_, output) in Walk(input))
        {
            if (!ReferenceEquals(x, input))
                x.Dispose();
            x = output;
        }
        if (classifier.Count == 1)
            return x;
        using (x)
        using (var pooled = Pool(x))
            return ((Linear)classifier[1]).forward(pooled);
    }

    /// <summary>The mean over all positions, normalised (torchvision's <c>classifier.0</c>).</summary>
    /// <inheritdoc/>
    public override Tensor Pool(Tensor map)
    {
        using var mean = base.Pool(map);
        return ((LayerNorm)classifier[0]).forward(mean);
    }

    internal override IEnumerable<(string Name, Tensor Output)> Walk(Tensor input)
    {
        var x = input;
        foreach (var (i, part) in features.children().Cast<Sequential>().Index())
        {
            var name = $"{nameof(features)}.{i}";
            if (i % 2 == 1)
            {
                foreach (var (j, block) in part.children().Cast<ConvNeXtBlock>().Index())
                    yield return ($"{name}.{j}", x = block.forward(x));
            }
            else
            {
                yield return (name, x = i == 0 ? Stem(part, x) : Downsample(part, x));
            }
        }
    }

    private static Tensor Stem(Sequential part, Tensor input)
    {
        using var x = ((Conv2d)part[0]).forward(input);
        return PixelNorm.Forward((LayerNorm)part[1], x);
    }

    private static Tensor Downsample(Sequential part, Tensor input)
    {
        using var x = PixelNorm.Forward((LayerNorm)part[0], input);
        return ((Conv2d)part[1]).forward(x);
    }

    private static Sequential Features(ConvNeXtArchitecture plan, Device? device)
    {
        var parts = Sequential();
        var (done, last) = (0, plan.Blocks.Sum() - 1);
        for (var stage = 0; stage < plan.Blocks.Count; stage++)
        {
            var channels = plan.Channels(stage);
            parts.append($"{2 * stage}", stage == 0
                ? Sequential(("0", Conv2d(3, channels, 4, stride: 4, device: device)), ("1", PixelNorm.Of(channels, device)))
                : Sequential(
                    ("0", PixelNorm.Of(channels / 2, device)),
                    ("1", Conv2d(channels / 2, channels, 2, stride: 2, device: device))));
            var blocks = Sequential();
            for (var i = 0; i < plan.Blocks[stage]; i++)
                blocks.append($"{i}", new ConvNeXtBlock(channels, plan.DropPath * done++ / last, device));
            parts.append($"{2 * stage + 1}", blocks);
        }
        return parts;
    }

    private static void Initialise(Tensor weight, Tensor bias)
    {
        // torchvision truncates the distribution at ±2, which no draw of this one reaches (PyTorch's truncation can produce a weight of
        // −2).
        init.normal_(weight, std: .02);
        init.zeros_(bias);
    }
}
