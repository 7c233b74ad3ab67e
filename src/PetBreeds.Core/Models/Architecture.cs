using static TorchSharp.torch;

namespace PetBreeds.Models;

/// <summary>A network architecture. Names are those of torchvision.</summary>
/// <param name="Name">torchvision's name.</param>
public abstract record Architecture(string Name)
{
    /// <summary>18 layers, 11.7 million parameters.</summary>
    public static Architecture ResNet18 { get; } = new ResNetArchitecture("resnet18", false, [2, 2, 2, 2]);

    /// <summary>34 layers, 21.8 million parameters.</summary>
    public static Architecture ResNet34 { get; } = new ResNetArchitecture("resnet34", false, [3, 4, 6, 3]);

    /// <summary>50 layers, 25.6 million parameters.</summary>
    public static Architecture ResNet50 { get; } = new ResNetArchitecture("resnet50", true, [3, 4, 6, 3]);

    /// <summary>101 layers, 44.5 million parameters.</summary>
    public static Architecture ResNet101 { get; } = new ResNetArchitecture("resnet101", true, [3, 4, 23, 3]);

    /// <summary>152 layers, 60.2 million parameters.</summary>
    public static Architecture ResNet152 { get; } = new ResNetArchitecture("resnet152", true, [3, 8, 36, 3]);

    /// <summary>
    /// All supported architectures: ResNets from shallow to deep, ResNeXts and wide ResNets, ConvNeXts from small to large.
    /// </summary>
    public static IReadOnlyList<Architecture> All { get; } =
    [
        ResNet18,
        ResNet34,
        ResNet50,
        ResNet101,
        ResNet152,
        new ResNetArchitecture("resnext50_32x4d", true, [3, 4, 6, 3]) { Groups = 32, WidthPerGroup = 4 },
        new ResNetArchitecture("resnext101_32x8d", true, [3, 4, 23, 3]) { Groups = 32, WidthPerGroup = 8 },
        new ResNetArchitecture("wide_resnet50_2", true, [3, 4, 6, 3]) { WidthPerGroup = 128 },
        new ConvNeXtArchitecture("convnext_tiny", 96, [3, 3, 9, 3], .1),
        new ConvNeXtArchitecture("convnext_small", 96, [3, 3, 27, 3], .4),
        new ConvNeXtArchitecture("convnext_base", 128, [3, 3, 27, 3], .5),
    ];

    /// <summary>Number of channels of the last feature map.</summary>
    public abstract int Features { get; }

    /// <summary>torchvision's name of the linear layer after the pooled features, as used in weight files.</summary>
    internal abstract string ClassifierName { get; }

    /// <summary>The naming schemes of weight files for the body's tensors, in the order in which they are tried.</summary>
    internal abstract IReadOnlyList<TensorNaming> Namings { get; }

    /// <summary>Creates the body, with random weights initialised as in torchvision.</summary>
    /// <param name="device">
    /// The device of its tensors, CPU by default; on <c>META</c>, they have only shapes (see <see cref="TensorSlot"/>).
    /// </param>
    internal Body CreateBody(Device? device = null) => Create(null, device);

    /// <summary>Creates torchvision's whole network, whose forward pass returns logits, for comparisons.</summary>
    internal Body CreateWithClassifier(int classes) => Create(classes, null);

    /// <summary>
    /// Number of elements that the body's convolutions and linear layers output for one image (timm's "macts"), which determines its memory
    /// use.
    /// </summary>
    /// <param name="size">Side of the image in pixels, at least 32.</param>
    internal abstract long Activations(int size);

    /// <summary>Finds an architecture by its name.</summary>
    /// <exception cref="UserException">There is no architecture of that name.</exception>
    public static Architecture Named(string name) => All.FirstOrDefault(plan => plan.Name == name)
        ?? throw new UserException($"there is no architecture '{name}'", "`arch`",
            $"Choose one of {string.Join(", ", All.Select(plan => plan.Name))}.");

    private protected abstract Body Create(int? classes, Device? device);
}
