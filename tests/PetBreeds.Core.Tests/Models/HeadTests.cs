using PetBreeds.Models;
using PetBreeds.Models.Weights;
using PetBreeds.Pixels;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Models;

public sealed class HeadTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");

    public void Dispose() => File.Delete(_file);

    /// <summary>torchvision's names, so that its own code loads the file; format 1 is what earlier programs read.</summary>
    [Theory]
    [InlineData("resnet18", HeadKind.Linear, "2", "fc.weight", "fc.bias")]
    [InlineData("convnext_tiny", HeadKind.Linear, "2", "classifier.2.weight", "classifier.2.bias")]
    [InlineData("resnet18", HeadKind.Fastai, "1", "head.4.weight", "head.8.weight")]
    public void A_model_keeps_its_head(string arch, HeadKind kind, string format, params string[] names)
    {
        using var scope = NewDisposeScope();
        using var model = new ImageClassifier(Architecture.Named(arch), 3, kind);
        model.eval();
        ModelFile.Save(_file, model, Card(arch));
        using (var file = WeightFile.Open(_file))
        {
            Assert.Equal(format, file.Metadata["petbreeds"]);
            Assert.All(names, name => Assert.Contains(file.Tensors, tensor => tensor.Name == name));
            Assert.DoesNotContain(file.Tensors, tensor => tensor.Name.StartsWith("body.") || tensor.Name.StartsWith("head.fc"));
        }
        var (loaded, card) = ModelFile.Load(_file);
        using var _ = loaded;
        Assert.Equal((kind, kind), (card.Head, loaded.Kind));
        using var noGradients = no_grad();
        var input = randn(2, 3, 64, 64);
        Assert.True(model.forward(input).allclose(loaded.forward(input), 0, 0));
    }

    [Fact]
    public void A_file_that_names_no_head_has_fastais()
    {
        using var model = new ImageClassifier(Architecture.Named("resnet18"), 3, HeadKind.Fastai);
        ModelFile.Save(_file, model, Card("resnet18"));
        Dictionary<string, string> metadata;
        using (var file = WeightFile.Open(_file))
            metadata = file.Metadata.Where(item => item.Key != "head").ToDictionary();
        Assert.Equal(HeadKind.Fastai, ModelCard.FromMetadata(metadata, "").Head);
        metadata["head"] = "three layers";
        Assert.Contains("there is no head 'three layers'",
            Assert.Throws<UserException>(() => ModelCard.FromMetadata(metadata, "")).Message);
    }

    [Fact]
    public void A_solved_head_is_the_linear_map_of_the_pooled_features()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = new ImageClassifier(Architecture.Named("resnet18"), 3);
        var (weight, bias) = (randn(3, 512), randn(3));
        model.SetHead(weight, bias);
        model.eval();
        var map = rand(2, 512, 2, 2);
        Assert.True(model.Classify(map).allclose(map.mean([2, 3]).matmul(weight.t()).add(bias), 1e-5, 1e-5));
        using var other = new ImageClassifier(Architecture.Named("resnet18"), 3, HeadKind.Fastai);
        Assert.Throws<InvalidOperationException>(() => other.SetHead(weight, bias));
    }

    [Theory]
    [InlineData(HeadKind.Linear)]
    [InlineData(HeadKind.Fastai)]
    public void Under_a_sigmoid_each_class_may_start_out_rare(HeadKind kind)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = new ImageClassifier(Architecture.Named("resnet18"), 8, kind);
        model.StartAt(.1);
        model.train();
        var probabilities = model.Classify(rand(64, 512, 2, 2)).sigmoid().mean([0]).data<float>().ToArray();
        Assert.All(probabilities, p => Assert.InRange(p, .05, .2));
    }

    private static ModelCard Card(string arch) =>
        new(Architecture.Named(arch), ["a", "b", "c"], new Preprocessing(64, 64, Normalization.ImageNet), new Dictionary<string, string>());
}
