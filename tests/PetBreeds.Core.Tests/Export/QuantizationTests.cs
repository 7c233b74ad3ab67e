using Google.Protobuf.Collections;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using PetBreeds.Catalog;
using PetBreeds.Export;
using PetBreeds.Export.Onnx;
using PetBreeds.Models;
using PetBreeds.Models.Onnx;
using PetBreeds.Tests.Training;
using Xunit;

namespace PetBreeds.Tests.Export;

public sealed class QuantizationTests(TinyData data) : IClassFixture<TinyData>
{
    [Theory]
    [InlineData("resnet18", HeadKind.Linear, 20)]
    [InlineData("resnext50_32x4d", HeadKind.Fastai, 53)]
    public void ONNX_Runtime_computes_every_layer_in_integers(string plan, HeadKind head, int convolutions)
    {
        var (file, folder) = (data.At($"{plan}.safetensors"), data.At(plan));
        using (var model = RandomModel.Create(Architecture.Named(plan), head, classes: 3))
            ModelFile.Save(file, model, RandomModel.Card(model, ModelCard.CrossEntropy, 64, 64, temperature: 4)); // outputs are large
        PhotoItem[] photos = [.. Directory.GetFiles(data.At("photos"), "*.png", SearchOption.AllDirectories).Take(12).Select(Photo)];
        List<int> progress = [];
        var calibration = new Calibration([.. photos, Photo(data.At("nowhere.png"))]) { Progress = progress.Add };
        ModelExport.Write(file, ExportFormat.Onnx, folder, NumberFormat.Int8, calibration);
        ModelExport.Write(file, ExportFormat.Triton, data.At($"{plan}-triton"), NumberFormat.Int8, calibration);
        Assert.Equal(Enumerable.Range(1, photos.Length + 1), progress); // once for both
        Assert.Equal([data.At("nowhere.png")], calibration.Unread);

        var float32 = data.At($"{plan}-float32");
        ModelExport.Write(file, ExportFormat.Onnx, float32);
        Assert.InRange((double)Length(folder) / Length(float32), .2, .3);
        Assert.All(Check(file, folder, photos), check => Assert.InRange(check.LargestDifference, 1e-6, .1));

        var nodes = Optimized(Path.Combine(folder, "network.onnx")).CountBy(node => node.OpType).ToDictionary();
        Assert.Equal(convolutions, nodes["QLinearConv"]);
        Assert.Equal(head == HeadKind.Linear ? 1 : 2, nodes["QGemm"]);
        Assert.DoesNotContain("Conv", nodes.Keys);
        Assert.DoesNotContain("Gemm", nodes.Keys);
        Assert.Contains("weights are int8, activations uint8", File.ReadAllText(Path.Combine(folder, "README.md")));
    }

    [Fact]
    public void A_bias_that_is_large_beside_its_weights_is_kept()
    {
        var graph = new GraphBuilder("layer");
        var quantizer = new Quantizer(graph, new Dictionary<string, ValueRange> { ["input"] = new(0, 255e-6f) });
        var layers = new LayerGraph(graph, null!, quantizer);
        var input = quantizer.Activation(graph.Input("x", TensorProto.Types.DataType.Float, 1, 2), "input");
        var output = layers.Linear(new LayerWeights([1e-6f, 2e-6f, 0, 0], [2, 2], [1000, 0]), "layer", input);
        graph.Output(output, 1, 2);
        using var session = OnnxSession.Open(OnnxParts.Bytes(graph));
        using var x = OrtValue.CreateTensorValueFromMemory(new[] { 1e-4f, 1e-4f }, [1, 2]);
        using var options = new RunOptions();
        using var results = session.Run(options, ["x"], [x], [output]);
        OnnxParts.Close([1000, 0], [.. results[0].GetTensorDataAsSpan<float>()], .01);
    }

    [Theory]
    [InlineData(0, 255, 1, 0)]
    [InlineData(-2, 0.55f, 0.01f, 200)]
    [InlineData(-255, 0, 1, 255)]
    [InlineData(0, 0, 1, 0)]
    public void Zero_is_one_of_the_256_numbers(float least, float most, float scale, byte zero)
    {
        var actual = new ValueRange(least, most).ToUint8();
        Assert.Equal((scale, zero), (MathF.Round(actual.Scale, 6), actual.Zero));
    }

    [Fact]
    public void What_cannot_be_int8_is_told()
    {
        var file = data.At("convnext.safetensors");
        using (var model = RandomModel.Create(RandomModel.TinyConvNeXt, HeadKind.Linear, classes: 2))
        {
            var card = RandomModel.Card(model, ModelCard.CrossEntropy, 48, 40);
            var refused = Assert.Throws<UserException>(
                () => ModelExport.RequireFits(ExportFormat.Onnx, card, file, NumberFormat.Int8));
            Assert.Contains("int8 is written for ResNets and ResNeXts only, not for convnext_tiny", refused.Message);
        }
        using (var model = RandomModel.Create(Architecture.ResNet18, HeadKind.Linear, classes: 2))
            ModelFile.Save(file, model, RandomModel.Card(model, ModelCard.CrossEntropy, 48, 40));
        var error = Assert.Throws<UserException>(() => ModelExport.Write(file, ExportFormat.Onnx, data.At("none"), NumberFormat.Int8,
            new Calibration([Photo(data.At("nowhere.png"))])));
        Assert.Contains("none of the training photos, which int8 needs, can be read", error.Message);
    }

    private static IReadOnlyList<Parity> Check(string file, string folder, IReadOnlyList<PhotoItem> photos) => ParityCheck.Run(
        file, Path.Combine(folder, "model.onnx"), Path.Combine(folder, "network.onnx"), photos, null, CancellationToken.None);

    private static PhotoItem Photo(string path) => new(path, Path.GetFileName(path), 0, Split.Train);

    private static long Length(string folder) => new FileInfo(Path.Combine(folder, "network.onnx")).Length;

    /// <summary>The nodes that ONNX Runtime computes on this processor.</summary>
    private RepeatedField<NodeProto> Optimized(string file)
    {
        using var options = new SessionOptions
        {
            OptimizedModelFilePath = data.At("optimized.onnx"),
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        new InferenceSession(file, options).Dispose();
        return ModelProto.Parser.ParseFrom(File.ReadAllBytes(options.OptimizedModelFilePath)).Graph.Node;
    }
}
