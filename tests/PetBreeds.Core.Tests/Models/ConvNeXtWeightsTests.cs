using PetBreeds.Models;
using PetBreeds.Models.Weights;
using PetBreeds.Tests.Models.Weights;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Models;

/// <summary>Weights of ConvNeXts and ResNeXts under the names that people's files have.</summary>
public sealed class ConvNeXtWeightsTests : IDisposable
{
    private static readonly ConvNeXtArchitecture Plan = new("small", 8, [2, 1, 2, 1], 0);

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly ScratchFile _file = new();

    public void Dispose()
    {
        _scope.Dispose();
        _file.Dispose();
    }

    [Theory]
    [InlineData(null, "", "features.0.0.weight", "features.4.1.bias", "features.5.1.layer_scale",
        "features.1.0.block.5.weight", "classifier.0.bias", "classifier")]
    [InlineData("timm's names", "", "stem.0.weight", "stages.2.downsample.1.bias", "stages.2.blocks.1.gamma",
        "stages.0.blocks.0.mlp.fc2.weight",
        "head.norm.bias", "head")]
    [InlineData("the paper authors' names", "model.", "downsample_layers.0.0.weight", "downsample_layers.2.1.bias", "stages.2.1.gamma",
        "stages.0.0.pwconv2.weight", "norm.bias", "model.head")]
    [InlineData("Hugging Face transformers' names", "convnext.", "embeddings.patch_embeddings.weight",
        "encoder.stages.2.downsampling_layer.1.bias",
        "encoder.stages.2.layers.1.layer_scale_parameter",
        "encoder.stages.0.layers.0.pwconv2.weight", "layernorm.bias", "convnext.classifier")]
    public void Programs_names_are_known(
        string? program, string prefix, string stem, string downsample, string scale, string linear, string norm, string head)
    {
        var naming = TensorNaming.ConvNeXt.Single(naming => naming.Program == program);
        using var body = Plan.CreateWithClassifier(3);
        var tensors = Numbered(body).Select(item => (Name: prefix + naming.Of(item.Name),
            // Only torchvision's scales have three dimensions.
            Tensor: program is not null && item.Tensor.dim() == 3 ? item.Tensor.flatten() : item.Tensor)).ToArray();
        Assert.All([stem, downsample, scale, linear, norm], name => Assert.Contains(prefix + name, tensors.Select(item => item.Name)));
        var where = prefix == "" ? "the names as stored" : $"the names after `{prefix}`";
        Assert.Equal(program is null ? $"skipped: `{head}` (2)"
            : $"taken: {where} ({program}); skipped: `{head}` (2)", Load(tensors));
    }

    [Fact]
    public void Other_sizes_are_recognised()
    {
        using var other = Architecture.Named("convnext_tiny").CreateBody();
        Assert.Equal("These are convnext_tiny weights: use `arch convnext_tiny`, or give other weights.",
            Assert.Throws<UserException>(() => Load([.. other.NamedTensors()])).Remedy);
    }

    [Fact]
    public void A_layer_too_many_is_refused()
    {
        using var body = Plan.CreateBody();
        var error = Assert.Throws<UserException>(() => Load(
            [.. Numbered(body), ("features.1.2.block.0.bias", ones(8)), ("classifier.1.bias", ones(8))]));
        Assert.Contains("features.1.2.block.0.bias is not in the network", error.Problem);
        Assert.Contains("classifier.1.bias is not in the network", error.Problem);
    }

    [Fact]
    public void Another_width_is_recognised() // the names are those of resnet50
    {
        using var wide = Architecture.Named("wide_resnet50_2").CreateBody();
        SafeTensors.Write(_file.Path, wide.NamedTensors(), new Dictionary<string, string>());
        using var file = WeightFile.Open(_file.Path);
        using var body = Architecture.Named("resnet50").CreateBody();
        var error = Assert.Throws<UserException>(() => WeightLoading.LoadBody(body, file, _file.Path));
        Assert.Contains("layer1.0.conv1.weight is [128, 64, 1, 1], not [64, 64, 1, 1]", error.Problem);
        Assert.Equal("These are wide_resnet50_2 weights: use `arch wide_resnet50_2`, or give other weights.", error.Remedy);
    }

    /// <summary>Each tensor filled with its number.</summary>
    private static IEnumerable<(string Name, Tensor Tensor)> Numbered(Body body) =>
        body.NamedTensors().Index().Select(item => (item.Item.Name, full(item.Item.Tensor.shape, (float)item.Index)));

    private string? Load((string, Tensor)[] tensors)
    {
        SafeTensors.Write(_file.Path, tensors, new Dictionary<string, string>());
        using var file = WeightFile.Open(_file.Path);
        using var body = Plan.CreateBody();
        var said = WeightLoading.LoadBody(body, file, _file.Path);
        Assert.All(body.NamedTensors().Index(), item => Assert.True(item.Item.Tensor.eq(item.Index).all().item<bool>(), item.Item.Name));
        return said;
    }
}
