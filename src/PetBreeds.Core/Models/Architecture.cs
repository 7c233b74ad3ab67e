using static TorchSharp.torch;

namespace PetBreeds.Models;

/// <summary>A network's plan: what there is to say of it before it is made. Names are torchvision's.</summary>
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

    /// <summary>All known plans: ResNets shallow to deep, their wider kin, ConvNeXts small to large.</summary>
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

    /// <summary>Channels of the last feature map.</summary>
    public abstract int Features { get; }

    /// <summary>torchvision's name for the linear layer behind the pooled features: what a file calls its classifier.</summary>
    internal abstract string ClassifierName { get; }

    /// <summary>How weight files name the body's tensors, in the order they are tried.</summary>
    internal abstract IReadOnlyList<TensorNaming> Namings { get; }

    /// <summary>Makes the body, with random weights as torchvision draws them.</summary>
    /// <param name="device">
    /// Where its tensors are made, CPU by default; on <c>META</c> they have shapes only (see <see cref="TensorSlot"/>).
    /// </param>
    internal Body CreateBody(Device? device = null) => Create(null, device);

    /// <summary>Makes torchvision's whole network, whose forward pass gives logits: for comparisons.</summary>
    internal Body CreateWithClassifier(int classes) => Create(classes, null);

    /// <summary>
    /// Numbers that the body's convolutions and linear layers put out for one picture (timm's "macts"): they decide how much memory it
    /// takes.
    /// </summary>
    /// <param name="size">Side of the picture, at least 32.</param>
    internal abstract long Activations(int size);

    /// <summary>Finds a plan by its name.</summary>
    /// <exception cref="UserException">There is none of that name.</exception>
    public static Architecture Named(string name) => All.FirstOrDefault(plan => plan.Name == name)
        ?? throw new UserException($"there is no architecture '{name}'", "`arch`",
            $"Choose one of {string.Join(", ", All.Select(plan => plan.Name))}.");

    private protected abstract Body Create(int? classes, Device? device);
}
