using PetBreeds.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Models;

/// <summary>Two 3×3 convolutions with a residual connection (torchvision's BasicBlock, with its tensor names).</summary>
internal sealed class BasicBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm bn2;
    private readonly Sequential? downsample;

    public BasicBlock(int channelsIn, int channels, int stride, Device? device) : base(nameof(BasicBlock))
    {
        conv1 = Convolution.Of(channelsIn, channels, 3, stride, device);
        bn1 = new BatchNorm(channels, device: device);
        conv2 = Convolution.Of(channels, channels, 3, 1, device);
        bn2 = new BatchNorm(channels, device: device);
        downsample = Convolution.Shortcut(channelsIn, channels, stride, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var a = Layers.NormRelu(conv1, bn1, input);
        return Layers.AddRelu(Layers.Norm(conv2, bn2, a), downsample, input);
    }
}

/// <summary>
/// 1×1, 3×3 and 1×1 convolutions with a residual connection, with the stride on the 3×3 (torchvision's Bottleneck, "ResNet v1.5"). The 3×3
/// convolution has <c>width</c> channels in <c>groups</c> groups: many groups in ResNeXt, more channels than the layer's base width in the
/// wide ResNet.
/// </summary>
internal sealed class Bottleneck : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm bn2;
    private readonly Conv2d conv3;
    private readonly BatchNorm bn3;
    private readonly Sequential? downsample;

    public Bottleneck(int channelsIn, int channels, int width, int groups, int stride, Device? device) : base(nameof(Bottleneck))
    {
        conv1 = Convolution.Of(channelsIn, width, 1, 1, device);
        bn1 = new BatchNorm(width, device: device);
        conv2 = Convolution.Of(width, width, 3, stride, device, groups);
        bn2 = new BatchNorm(width, device: device);
        conv3 = Convolution.Of(width, 4 * channels, 1, 1, device);
        bn3 = new BatchNorm(4 * channels, device: device);
        downsample = Convolution.Shortcut(channelsIn, 4 * channels, stride, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var a = Layers.NormRelu(conv1, bn1, input);
        using var b = Layers.NormRelu(conv2, bn2, a);
        return Layers.AddRelu(Layers.Norm(conv3, bn3, b), downsample, input);
    }
}

/// <summary>
/// Operations of the blocks. Intermediate tensors are disposed immediately: a dispose scope for each block would cost more managed memory
/// than the block.
/// </summary>
internal static class Layers
{
    public static Tensor Norm(Conv2d convolution, BatchNorm norm, Tensor input)
    {
        using var x = convolution.kernel_size[0] == 1 && input.device_type == DeviceType.CPU && OneDnn.Avoid1x1
            ? OneDnn.Product(input, convolution.weight!, convolution.stride[0])
            // Conv2d.forward checks shapes, which are known to be right here, and allocates seven times as much managed memory.
            : functional.conv2d(input, convolution.weight!, null, convolution.stride, convolution.padding, convolution.dilation,
                convolution.groups);
        return norm.forward(x);
    }

    public static Tensor NormRelu(Conv2d convolution, BatchNorm norm, Tensor input) => Norm(convolution, norm, input).relu_();

    /// <summary>Overwrites and returns <paramref name="x"/>.</summary>
    public static Tensor AddRelu(Tensor x, Sequential? shortcut, Tensor input)
    {
        using var projected = shortcut is null ? null : Norm((Conv2d)shortcut[0], (BatchNorm)shortcut[1], input);
        return x.AddInPlace(projected ?? input).relu_();
    }
}

internal static class Convolution
{
    /// <summary>Creates a convolution without bias (a batch norm follows), padded to preserve the size at stride 1.</summary>
    public static Conv2d Of(int channelsIn, int channelsOut, int kernel, int stride, Device? device, int groups = 1) =>
        Conv2d(channelsIn, channelsOut, kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false, device: device);

    /// <summary>The projection on the shortcut if the shape changes, otherwise null.</summary>
    public static Sequential? Shortcut(int channelsIn, int channelsOut, int stride, Device? device) =>
        stride == 1 && channelsIn == channelsOut
        ? null
        : Sequential(("0", Of(channelsIn, channelsOut, 1, stride, device)), ("1", new BatchNorm(channelsOut, device: device)));
}
