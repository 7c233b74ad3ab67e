using System.Text.Json;
using PetBreeds.Catalog;
using PetBreeds.Evaluation;
using PetBreeds.Evaluation.Serving;
using PetBreeds.Export;
using PetBreeds.Export.Python;
using PetBreeds.Models;
using PetBreeds.Models.Weights;
using PetBreeds.Runtime;
using PetBreeds.Tests.Catalog;
using PetBreeds.Tests.Training;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Export;

public sealed class ModelExportTests(TinyData data) : IClassFixture<TinyData>
{
    [Fact]
    public void A_predictor_gives_the_same_answers_from_either_file()
    {
        var (file, folder) = Export(HeadKind.Fastai, ExportFormat.Onnx);
        string[] photos = Directory.GetFiles(data.At("photos"), "*.png", SearchOption.AllDirectories);
        using var torch = new Predictor(file, ComputeDevice.Cpu);
        using var onnx = new Predictor(Path.Combine(folder, "model.onnx"), ComputeDevice.Auto);
        Assert.Equal(torch.Card.ToMetadata(), onnx.Card.ToMetadata());
        Assert.Equal(1.5, onnx.Temperature);
        string[] all = [.. photos, data.At("nowhere.png")];
        foreach (var (expected, actual) in torch.Predict(all, 2, CancellationToken.None).Zip(onnx.Predict(all, 2, CancellationToken.None)))
        {
            Assert.Equal((expected.Path, expected.Error?.Message), (actual.Path, actual.Error?.Message));
            Assert.Equal(expected.Top.Select(top => top.Name), actual.Top.Select(top => top.Name));
            Assert.All(expected.Top.Zip(actual.Top), pair => Assert.Equal(pair.First.Probability, pair.Second.Probability, 2e-3));
        }
        var distances = torch.Answers(photos, cancel: CancellationToken.None).Select(answer => answer.Distance!.Value);
        var exported = onnx.Answers(photos, cancel: CancellationToken.None).Select(answer => answer.Distance!.Value);
        Assert.All(distances.Zip(exported), pair => Assert.Equal(pair.First, pair.Second, .01 * pair.First));
        var checks = Check(file, folder, [.. photos.Select(Photo)]);
        Assert.Equal(["model.onnx", "network.onnx"], checks.Select(check => Path.GetFileName(check.File)));
        Assert.All(checks, check => Assert.Equal((40, 0), (check.Photos, check.Changed)));
        Assert.InRange(checks[1].LargestDifference, 0, 1e-4);
        Assert.All(checks, check => Assert.InRange(check.FromSamePixels, 0, 1e-4));
        Assert.All(checks, check => Assert.True(check.IsClose));
    }

    [Fact]
    public void An_export_of_another_model_does_not_pass_the_check()
    {
        var (_, folder) = Export(HeadKind.Linear, ExportFormat.Onnx);
        var (other, _) = Export(HeadKind.Linear, ExportFormat.Timm, factor: -1);
        PhotoItem[] photos = [.. Directory.GetFiles(data.At("photos"), "*.png", SearchOption.AllDirectories).Select(Photo)];
        var gone = Photo(data.At("nowhere.png"));
        Assert.All(Check(other, folder, photos), check => Assert.False(check.IsClose));
        var error = Assert.Throws<UserException>(() => Check(other, folder, [gone]));
        Assert.Contains("none of the validation photos can be read", error.Message);
    }

    [Fact]
    public void ONNX_models_run_on_the_CPU_on_centre_crops()
    {
        var (_, folder) = Export(HeadKind.Linear, ExportFormat.Onnx);
        var file = Path.Combine(folder, "model.onnx");
        Assert.Contains("ONNX models run on the CPU here, not on 'cuda'",
            Assert.Throws<UserException>(() => new Predictor(file, ComputeDevice.Cuda())).Message);
        using var predictor = new Predictor(file, ComputeDevice.Cpu);
        var error = Assert.Throws<UserException>(() =>
            predictor.Answers([data.AnyPhoto], tta: true, cancel: CancellationToken.None).ToArray());
        Assert.Contains("sees the centre crop only", error.Message);
        Assert.Throws<InvalidOperationException>(() => predictor.Model);
        Assert.Null(new PredictorClassifier(predictor).HeatMaps);
    }

    [Theory]
    [InlineData("resnet18", "timm", "layer1.0.bn1.running_var", "fc.weight", "conv1")]
    [InlineData("resnet18", "torchvision", "layer1.0.bn1.running_var", "fc.weight", "conv1")]
    [InlineData("tiny-convnext", "timm", "stages.2.blocks.1.gamma", "head.fc.weight", "stem.0")]
    [InlineData("tiny-convnext", "torchvision", "features.5.1.layer_scale", "classifier.2.weight", "features.0.0")]
    public void Weights_have_the_names_of_the_program(string plan, string format, string tensor, string classifier, string first)
    {
        using var model = RandomModel.Create(RandomModel.Plan(plan), HeadKind.Linear, classes: 3);
        var folder = Directory.CreateDirectory(data.At($"{plan}-{format}")).FullName;
        var card = RandomModel.Card(model, ModelCard.CrossEntropy, 48, 40);
        Assert.Equal(["model.safetensors", "config.json"], format == "timm"
            ? PythonFolder.WriteTimm(folder, model, card) : PythonFolder.WriteTorchvision(folder, model, card));
        using var file = WeightFile.Open(Path.Combine(folder, "model.safetensors"));
        Assert.Contains(file.Tensors, item => item.Name == tensor);
        Assert.Equal(3, file.Tensors.Single(item => item.Name == classifier).Shape[0]);
        Assert.Equal(model.NamedTensors().Count(), file.Tensors.Count);
        Assert.Equal("pt", file.Metadata["format"]);
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "config.json")));
        Assert.Equal(card.Architecture.Name, config.RootElement.GetProperty("architecture").GetString());
        Assert.Equal(3, config.RootElement.GetProperty("num_classes").GetInt32());
        var wanted = config.RootElement.GetProperty("pretrained_cfg");
        Assert.Equal(first, wanted.GetProperty("first_conv").GetString());
        Assert.Equal(classifier, $"{wanted.GetProperty("classifier").GetString()}.weight");
        Assert.Equal([3, 40, 40], wanted.GetProperty("input_size").EnumerateArray().Select(value => value.GetInt32()));
        // It can be started from again: the names are known.
        using var body = model.Body.Plan.CreateBody();
        WeightLoading.LoadBody(body, file, "exported");
        Assert.All(model.Body.NamedTensors().Zip(body.NamedTensors()),
            pair => Assert.True(Tensors.Same(pair.First.Tensor, pair.Second.Tensor), pair.First.Name));
    }

    [Theory]
    [InlineData("body.conv1.weight", "0.0.weight")]
    [InlineData("body.bn1.running_mean", "0.1.running_mean")]
    [InlineData("body.layer4.1.conv2.weight", "0.7.1.conv2.weight")]
    [InlineData("body.features.1.0.block.0.bias", "0.0.1.0.block.0.bias")]
    [InlineData("head.2.weight", "1.2.weight")]
    [InlineData("head.8.weight", "1.8.weight")]
    public void Fastai_counts_modules(string name, string expected) => Assert.Equal(expected, FastaiNaming.Of(name));

    [Fact]
    public void A_folder_holds_classes_and_a_readme_with_a_note_on_the_weights()
    {
        var (_, folder) = Export(HeadKind.Fastai, ExportFormat.Fastai);
        Assert.Equal(["README.md", "classes.txt", "config.json", "load.py", "model.safetensors"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("class 0\nclass 1\n", File.ReadAllText(Path.Combine(folder, "classes.txt")));
        var readme = File.ReadAllText(Path.Combine(folder, "README.md"));
        Assert.DoesNotContain("{{", readme);
        Assert.Contains("create_vision_model(resnet18, 2, pretrained=False)", readme);
        Assert.Contains("/ 1.5).softmax(-1)", readme);
        Assert.Contains("torchvision's weights `imagenet-v1`", readme);
    }

    [Theory]
    [InlineData("onnx")]
    [InlineData("timm")]
    [InlineData("torchvision")]
    [InlineData("triton")]
    public void Every_template_is_filled_in(string format)
    {
        using var model = RandomModel.Create(RandomModel.TinyResNeXt, HeadKind.Linear, classes: 3);
        var readme = ExportReadme.Of(Named(format), RandomModel.Card(model, ModelCard.BinaryCrossEntropy, 48, 40));
        Assert.DoesNotContain("{{", readme);
        Assert.Contains("resnext50_32x4d, 3 classes", readme);
        Assert.Contains("Each class was asked for on its own", readme);
    }

    [Theory]
    [InlineData("none", "Training began with random weights.")]
    [InlineData("/home/ada/secret/mine.pth", "the weights `mine.pth`")]
    [InlineData("imagenet-v2", "BSD-3-Clause")]
    public void The_licence_note_says_where_training_began(string weights, string expected)
    {
        var note = ExportReadme.Licence(new Dictionary<string, string> { ["starting_weights"] = weights });
        Assert.Contains(expected, note);
        Assert.DoesNotContain("secret", note);
        Assert.Contains("It is not known", ExportReadme.Licence(new Dictionary<string, string>()));
    }

    [Theory]
    [InlineData(HeadKind.Fastai, "timm", "timm has no place for fastai's head of two layers")]
    [InlineData(HeadKind.Fastai, "torchvision", "torchvision has no place for fastai's head of two layers")]
    [InlineData(HeadKind.Linear, "fastai", "this model has a linear head, not fastai's")]
    public void A_head_that_does_not_fit_is_told(HeadKind head, string format, string expected)
    {
        var error = Assert.Throws<UserException>(() => Export(head, Named(format)));
        Assert.Contains(expected, error.Message);
        Assert.Contains("`head", error.Remedy);
    }

    private static IReadOnlyList<Parity> Check(string file, string folder, IReadOnlyList<PhotoItem> photos) => ParityCheck.Run(
        file, Path.Combine(folder, "model.onnx"), Path.Combine(folder, "network.onnx"), photos, null, CancellationToken.None);

    private static PhotoItem Photo(string path) => new(path, Path.GetFileName(path), 0, Split.Valid);

    private static ExportFormat Named(string format) => EnumNames.Named<ExportFormat>(format)!.Value; // tests are public, formats are not

    private (string File, string Folder) Export(HeadKind head, ExportFormat format, int factor = 1)
    {
        using var model = RandomModel.Create(Architecture.ResNet18, head, classes: 2);
        using (no_grad())
            model.NamedTensors().Last(item => item.Name.EndsWith("weight", StringComparison.Ordinal)).Tensor.mul_(factor); // other answers
        var (file, folder) = (data.At($"{head}-{factor}.safetensors"), data.At($"{head}-{format}-{factor}"));
        var card = RandomModel.Card(model, ModelCard.CrossEntropy, 48, 40, temperature: 1.5);
        var space = new FeatureSpace(new float[512], [.. Enumerable.Repeat(2f, 512)], 1);
        ModelFile.Save(file, model, card with { Calibration = card.Calibration! with { FeatureSpace = space } });
        ModelExport.Write(file, format, folder);
        return (file, folder);
    }
}
