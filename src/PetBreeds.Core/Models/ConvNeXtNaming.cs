using System.Text.RegularExpressions;

namespace PetBreeds.Models;

/// <summary>
/// The names that a program other than torchvision gives the tensors of a ConvNeXt. torchvision numbers stem, stages and downsampling
/// layers together, <c>features.0</c> to <c>features.7</c>; the others number only stages, from 0, each including its downsampling.
/// </summary>
internal sealed partial record ConvNeXtNaming
{
    public static TensorNaming Timm { get; } = new("timm's names", new ConvNeXtNaming
    {
        Stem = ["stem.0", "stem.1"],
        Downsample = "stages.{0}.downsample",
        Block = "stages.{0}.blocks",
        InBlock = ["gamma", "conv_dw", "norm", "mlp.fc1", "mlp.fc2"],
        Classifier = ["head.norm", "head.fc"],
    }.Of);

    public static TensorNaming Paper { get; } = new("the paper authors' names", new ConvNeXtNaming
    {
        Stem = ["downsample_layers.0.0", "downsample_layers.0.1"],
        Downsample = "downsample_layers.{0}",
        Block = "stages.{0}",
        InBlock = ["gamma", "dwconv", "norm", "pwconv1", "pwconv2"],
        Classifier = ["norm", "head"],
    }.Of);

    public static TensorNaming Transformers { get; } = new("Hugging Face transformers' names", new ConvNeXtNaming
    {
        Stem = ["embeddings.patch_embeddings", "embeddings.layernorm"],
        Downsample = "encoder.stages.{0}.downsampling_layer",
        Block = "encoder.stages.{0}.layers",
        InBlock = ["layer_scale_parameter", "dwconv", "layernorm", "pwconv1", "pwconv2"],
        Classifier = ["layernorm", "classifier"],
    }.Of);

    /// <summary>The stem's convolution and norm.</summary>
    public required string[] Stem { get; init; }

    /// <summary>The norm and convolution before stage {0}, without their own 0 and 1.</summary>
    public required string Downsample { get; init; }

    /// <summary>The blocks of stage {0}.</summary>
    public required string Block { get; init; }

    /// <summary>The scale, the depthwise convolution, the norm and the two linear layers.</summary>
    public required string[] InBlock { get; init; }

    /// <summary>The norm after the pooling, and the linear layer.</summary>
    public required string[] Classifier { get; init; }

    private string Of(string name)
    {
        if (InStage().Match(name) is { Success: true } inStage)
        {
            var (part, rest) = (inStage.Groups["part"].Value[0] - '0', inStage.Groups["rest"].Value);
            return part == 0 ? Stem[rest[0] - '0'] + rest[1..]
                : part % 2 == 0 ? $"{string.Format(Downsample, part / 2)}.{rest}"
                : $"{string.Format(Block, part / 2)}.{Layer().Replace(rest, found => InBlock[found.Value switch
                {
                    "layer_scale" => 0,
                    "block.0" => 1,
                    "block.2" => 2,
                    "block.3" => 3,
                    _ => 4,
                }])}";
        }
        return Last().Replace(name, found => Classifier[found.Value[^1] == '0' ? 0 : 1]);
    }

    [GeneratedRegex("^features[.](?<part>[0-7])[.](?<rest>.+)$")]
    private static partial Regex InStage();

    [GeneratedRegex("(?<=^[0-9]+[.])(layer_scale|block[.][0235])(?=[.]|$)")]
    private static partial Regex Layer();

    [GeneratedRegex("^classifier[.][02](?=[.])")]
    private static partial Regex Last();
}
