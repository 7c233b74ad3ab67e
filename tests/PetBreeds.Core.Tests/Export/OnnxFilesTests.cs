using System.Text.Json;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using PetBreeds.Export.Onnx;
using PetBreeds.Models;
using PetBreeds.Models.Onnx;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using Xunit;
using static PetBreeds.Tests.Export.OnnxParts;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Export;

public sealed class OnnxFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("petbreeds-onnx-").FullName;

    [Theory]
    [InlineData("resnet18", HeadKind.Linear, ModelCard.CrossEntropy, 80, 64)]
    [InlineData("resnet18", HeadKind.Fastai, ModelCard.BinaryCrossEntropy, 64, 64)]
    [InlineData("tiny-wide", HeadKind.Linear, ModelCard.CrossEntropy, 96, 64)]
    [InlineData("tiny-resnext", HeadKind.Fastai, ModelCard.CrossEntropy, 64, 64)]
    [InlineData("tiny-resnext", HeadKind.Linear, ModelCard.BinaryCrossEntropy, 150, 64)]
    [InlineData("convnext_tiny", HeadKind.Linear, ModelCard.CrossEntropy, 96, 64)]
    [InlineData("tiny-convnext", HeadKind.Fastai, ModelCard.CrossEntropy, 70, 64)]
    [InlineData("tiny-convnext", HeadKind.Linear, ModelCard.BinaryCrossEntropy, 64, 70)]
    public void ONNX_Runtime_answers_as_libtorch_does(string plan, HeadKind head, string loss, int presize, int size)
    {
        using var scope = NewDisposeScope();
        using var noGradients = inference_mode();
        using var model = RandomModel.Create(RandomModel.Plan(plan), head, classes: 5);
        var card = RandomModel.Card(model, loss, presize, size, temperature: 1.7);
        OnnxFiles.WriteModel(At("model.onnx"), model, card);
        OnnxFiles.WriteNetwork(At("network.onnx"), model, card);
        using var whole = new OnnxModel(At("model.onnx"));
        using var network = new OnnxNetwork(At("network.onnx"));

        var input = Input(card, Photos);
        var expected = model.forward(input).data<float>().ToArray();
        var logits = network.Run([.. input.data<float>()], input.shape);
        Close(Probabilities(expected, card), Probabilities(logits, card), 1e-4);
        var features = network.Run([.. input.data<float>()], input.shape, OnnxNames.Features);
        var map = model.Body.forward(input).contiguous().data<float>().ToArray();
        Close(map, features, 1e-3 * map.Max(Math.Abs));

        // The whole model resizes by itself, where a pixel may be 1 of 255 apart, which random weights make much of.
        var answers = Photos.Select(whole.Run).ToArray();
        float[] probabilities = [.. answers.SelectMany(answer => answer.Probabilities)];
        Close(Probabilities(expected, card), probabilities, 4e-3);
        Close(Probabilities([.. answers.SelectMany(answer => answer.Logits)], card), probabilities, 1e-6);
        var pooled = model.Features(input).data<float>().ToArray();
        Close(pooled, [.. answers.SelectMany(answer => answer.Features)], .02f * pooled.Max(Math.Abs));
    }

    [Fact]
    public void An_export_of_an_earlier_version_has_no_pooled_features()
    {
        using var model = RandomModel.Create(RandomModel.TinyResNeXt, HeadKind.Linear, classes: 2);
        OnnxFiles.WriteModel(At("new.onnx"), model, RandomModel.Card(model, ModelCard.CrossEntropy, 48, 40));
        var proto = ModelProto.Parser.ParseFrom(File.ReadAllBytes(At("new.onnx")));
        Assert.True(proto.Graph.Output.Remove(proto.Graph.Output.Single(output => output.Name == OnnxNames.Pooled)));
        File.WriteAllBytes(At("old.onnx"), proto.ToByteArray());
        using var now = new OnnxModel(At("new.onnx"));
        using var before = new OnnxModel(At("old.onnx"));
        Assert.Equal(model.Body.Plan.Features, now.Run(Photos[0]).Features.Length);
        Assert.Empty(before.Run(Photos[0]).Features);
        Assert.Equal(now.Run(Photos[0]).Logits, before.Run(Photos[0]).Logits);
    }

    [Fact]
    public void Several_photos_of_one_size_go_in_at_once()
    {
        using var model = RandomModel.Create(RandomModel.TinyResNeXt, HeadKind.Linear, classes: 3);
        OnnxFiles.WriteModel(At("batch.onnx"), model, RandomModel.Card(model, ModelCard.CrossEntropy, 48, 40));
        RgbImage[] photos = [RandomModel.Photo(90, 61, 1), RandomModel.Photo(90, 61, 2), RandomModel.Photo(90, 61, 3)];
        using var single = new OnnxModel(At("batch.onnx"));
        using var session = OnnxSession.Open(At("batch.onnx"));
        using var pixels = OrtValue.CreateTensorValueFromMemory(photos.SelectMany(photo => photo.Pixels).ToArray(), [3, 61, 90, 3]);
        using var options = new RunOptions();
        using var results = session.Run(options, [OnnxNames.Pixels], [pixels], [OnnxNames.Probabilities]);
        Close([.. photos.SelectMany(photo => single.Run(photo).Probabilities)], [.. results[0].GetTensorDataAsSpan<float>()], 1e-5);
    }

    [Theory]
    [InlineData("tiny-resnext", HeadKind.Fastai)]
    [InlineData("tiny-convnext", HeadKind.Linear)]
    public void Half_precision_halves_the_files_and_changes_little(string plan, HeadKind head)
    {
        using var model = RandomModel.Create(RandomModel.Plan(plan), head, classes: 3);
        var card = RandomModel.Card(model, ModelCard.CrossEntropy, 64, 64, temperature: 4); // random weights give large outputs
        foreach (var half in new[] { false, true })
        {
            OnnxFiles.WriteModel(At($"{half}.onnx"), model, card, half ? new Arithmetic.Float16() : null);
            OnnxFiles.WriteNetwork(At($"network-{half}.onnx"), model, card, half ? new Arithmetic.Float16() : null);
        }
        Assert.InRange((double)new FileInfo(At("network-True.onnx")).Length / new FileInfo(At("network-False.onnx")).Length, .49, .62);
        using var whole = new OnnxModel(At("False.onnx"));
        using var halved = new OnnxModel(At("True.onnx"));
        using var network = new OnnxNetwork(At("network-True.onnx"));
        Assert.All(Photos, photo => Close(whole.Run(photo).Probabilities, halved.Run(photo).Probabilities, .02));
        using var input = Input(card, Photos[..1]); // in and out float32
        Assert.Equal(model.Body.Plan.Features * 2 * 2, network.Run([.. input.data<float>()], input.shape, OnnxNames.Features).Length);
    }

    [Fact]
    public void The_file_says_what_it_is()
    {
        using var model = RandomModel.Create(RandomModel.TinyResNeXt, HeadKind.Linear, classes: 2);
        var card = RandomModel.Card(model, ModelCard.BinaryCrossEntropy, 48, 40, temperature: 2);
        card = card with { Classes = ["O'Brien \\ cat", "猫"], SeveralLabels = true };
        OnnxFiles.WriteModel(At("card.onnx"), model, card);
        using var session = OnnxSession.Open(At("card.onnx"));
        var metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal("{0: 'O\\'Brien \\\\ cat', 1: '猫'}", metadata["names"]);
        Assert.Equal(("classify", "[40, 40]", "3", "1"), (metadata["task"], metadata["imgsz"], metadata["channels"], metadata["batch"]));
        using var json = JsonDocument.Parse(metadata[OnnxNames.Card]);
        Assert.Equal("猫", json.RootElement.GetProperty("classes")[1].GetString());
        Assert.Equal(48, json.RootElement.GetProperty("presize").GetInt32());
        using var read = new OnnxModel(At("card.onnx"));
        Assert.Equal(card.ToMetadata(), read.Card.ToMetadata());
        var proto = ModelProto.Parser.ParseFrom(File.ReadAllBytes(At("card.onnx")));
        Assert.Equal((8, 18), (proto.IrVersion, proto.OpsetImport.Single().Version));
        Assert.DoesNotContain(proto.Graph.Node, node => node.OpType == "BatchNormalization");
    }

    [Fact]
    public void What_is_no_exported_model_is_refused()
    {
        using var model = RandomModel.Create(RandomModel.TinyResNeXt, HeadKind.Linear, classes: 2);
        OnnxFiles.WriteNetwork(At("network.onnx"), model, RandomModel.Card(model, ModelCard.CrossEntropy, 48, 40));
        Assert.Contains("this is the network alone: it takes no photos", Refused("network.onnx"));
        File.WriteAllText(At("text.onnx"), "no protobuf");
        Assert.Contains("ONNX Runtime cannot open this model", Refused("text.onnx"));
        Assert.Contains("there is no such file", Refused("nowhere.onnx"));
        Session(At("part.onnx"), (graph, pixels) => // what another program might have made
        {
            graph.Add("Cast", [pixels], "out", ("to", 1));
            graph.Output("out", "n", "h", "w", 3);
        }).Dispose();
        Assert.Contains("no classes or preprocessing", Refused("part.onnx"));
        Assert.Contains("not an object of JSON", Assert.Throws<UserException>(() => CardText.Read("[1]", "here")).Message);
        Session(At("part.onnx"), (graph, image) => graph.Output(graph.Add("Cast", [image], "out", ("to", 1)), "n", "h", "w", 3), "image")
            .Dispose();
        Assert.Contains("takes something other than the pixels of photos", Refused("part.onnx"));

        string Refused(string name) => Assert.Throws<UserException>(() => new OnnxModel(At(name))).Message;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Tensor Input(ModelCard card, IReadOnlyList<RgbImage> photos) =>
        OnnxParts.Input(card.Preprocessing, [.. photos.Select(photo => Presizer.Resize(photo, card.Preprocessing.Presize))]);

    private static float[] Probabilities(float[] logits, ModelCard card) => [.. logits.Chunk(card.Classes.Count)
        .SelectMany(row => Activation.Probabilities(row, card.Calibration!.Temperature, card.IndependentClasses)).Select(p => (float)p)];

    private string At(string name) => Path.Combine(_folder, name);
}
