using System.Text.Json;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Export.Onnx;
using PetBreeds.Models;
using PetBreeds.Models.Onnx;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using Xunit;
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
        Close(Probabilities(expected, card), [.. answers.SelectMany(answer => answer.Probabilities)], 4e-3);
        Close(Probabilities([.. answers.SelectMany(answer => answer.Logits)], card),
            [.. answers.SelectMany(answer => answer.Probabilities)], 1e-6);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(150)]
    [InlineData(460)]
    public void Presizing_in_the_graph_is_that_of_the_presizer(int shortSide)
    {
        using var session = Session((graph, pixels) =>
        {
            var (photo, size) = PreprocessingGraph.Presize(graph, pixels, shortSide);
            graph.Add("Cast", [photo], "out", ("to", 1));
            graph.Output("out", "n", 3, "h", "w");
        });
        foreach (var photo in Photos)
        {
            var expected = Presizer.Resize(photo, shortSide);
            var (values, shape) = Run(session, photo);
            Assert.Equal([1, 3, expected.Height, expected.Width], shape);
            double[] differences = [.. Planes(expected).Zip(values, (a, b) => Math.Abs(a - b))];
            var shrinks = shortSide <= Math.Min(photo.Width, photo.Height);
            Assert.InRange(differences.Max(), 0, shrinks ? 1 : 2); // noise that is enlarged is rounded twice
            Assert.InRange(differences.Average(), 0, .1);
        }
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(70, 64)]
    [InlineData(64, 70)]
    [InlineData(150, 64)]
    [InlineData(101, 64)]
    public void Crop_and_sampling_in_the_graph_are_those_of_prediction(int presize, int size)
    {
        var preprocessing = new Preprocessing(presize, size, Normalization.ImageNet);
        using var session = Session((graph, pixels) =>
        {
            graph.Add("Identity", [PreprocessingGraph.Build(graph, preprocessing, pixels)], "out");
            graph.Output("out", "n", 3, size, size);
        });
        foreach (var room in Enumerable.Range(0, 5)) // odd and even: of two middles the even place
        {
            var photo = RandomModel.Photo(presize + room, presize, room); // presized already
            using var input = Input(preprocessing, [photo]);
            Close([.. input.data<float>()], Run(session, photo).Values, 1e-5);
        }
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
            OnnxFiles.WriteModel(At($"{half}.onnx"), model, card, half);
            OnnxFiles.WriteNetwork(At($"network-{half}.onnx"), model, card, half);
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
        var card = RandomModel.Card(model, ModelCard.BinaryCrossEntropy, 48, 40, temperature: 2) with
        {
            Classes = ["O'Brien \\ cat", "猫"],
            SeveralLabels = true
        };
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
        Assert.Contains("this is the network alone: it takes no photos",
            Assert.Throws<UserException>(() => new OnnxModel(At("network.onnx"))).Message);
        File.WriteAllText(At("text.onnx"), "no protobuf");
        Assert.Contains("ONNX Runtime cannot open this model", Assert.Throws<UserException>(() => new OnnxModel(At("text.onnx"))).Message);
        Assert.Contains("there is no such file", Assert.Throws<UserException>(() => new OnnxModel(At("nowhere.onnx"))).Message);
        Session((graph, pixels) => // what another program might have made
        {
            graph.Add("Cast", [pixels], "out", ("to", 1));
            graph.Output("out", "n", "h", "w", 3);
        }).Dispose();
        Assert.Contains("no classes or preprocessing", Assert.Throws<UserException>(() => new OnnxModel(At("part.onnx"))).Message);
        Assert.Contains("not an object of JSON", Assert.Throws<UserException>(() => CardText.Read("[1]", "here")).Message);
        Session((graph, pixels) => graph.Output(graph.Add("Cast", [pixels], "out", ("to", 1)), "n", "h", "w", 3), "image").Dispose();
        Assert.Contains("takes something other than the pixels of photos",
            Assert.Throws<UserException>(() => new OnnxModel(At("part.onnx"))).Message);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static RgbImage[] Photos { get; } =
    [
        RandomModel.Photo(200, 150, 1), RandomModel.Photo(101, 163, 2), RandomModel.Photo(64, 64, 3), RandomModel.Photo(40, 31, 4),
        RandomModel.Photo(700, 60, 5),
        RandomModel.Photo(61, 555, 6),
    ];

    private static Tensor Input(ModelCard card, IReadOnlyList<RgbImage> photos) =>
        Input(card.Preprocessing, [.. photos.Select(photo => Presizer.Resize(photo, card.Preprocessing.Presize))]);

    /// <summary>By the code of prediction.</summary>
    private static Tensor Input(Preprocessing preprocessing, IReadOnlyList<RgbImage> presized)
    {
        var form = BatchForm.For(CPU, preprocessing);
        var input = form.Allocate(presized.Count);
        foreach (var (i, photo) in presized.Index())
            form.Write(photo.Pixels, (photo.Width, photo.Height), AugmentParams.Identity, input, i);
        return input;
    }

    private static float[] Probabilities(float[] logits, ModelCard card) => [.. logits.Chunk(card.Classes.Count)
        .SelectMany(row => Activation.Probabilities(row, card.Calibration!.Temperature, card.IndependentClasses)).Select(p => (float)p)];

    /// <summary>A graph of uint8 [N,H,W,3] → out.</summary>
    private InferenceSession Session(Action<GraphBuilder, string> build, string input = OnnxNames.Pixels)
    {
        var graph = new GraphBuilder("part");
        build(graph, graph.Input(input, TensorProto.Types.DataType.Uint8, "n", "height", "width", 3));
        var model = new ModelProto { IrVersion = 8, Graph = graph.Graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 18 });
        File.WriteAllBytes(At("part.onnx"), model.ToByteArray());
        return OnnxSession.Open(At("part.onnx"));
    }

    private static (float[] Values, long[] Shape) Run(InferenceSession session, RgbImage photo)
    {
        using var pixels = OrtValue.CreateTensorValueFromMemory(photo.Pixels, [1, photo.Height, photo.Width, 3]);
        using var options = new RunOptions();
        using var results = session.Run(options, [OnnxNames.Pixels], [pixels], ["out"]);
        return ([.. results[0].GetTensorDataAsSpan<float>()], results[0].GetTensorTypeAndShape().Shape);
    }

    private static float[] Planes(RgbImage photo) =>
        [.. Enumerable.Range(0, 3).SelectMany(channel => photo.Pixels.Where((_, i) => i % 3 == channel)).Select(value => (float)value)];

    private static void Close(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, tolerance);
    }

    private string At(string name) => Path.Combine(_folder, name);
}
