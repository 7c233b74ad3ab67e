using Google.Protobuf;
using Onnx;
using PetBreeds.Models;
using PetBreeds.Models.Onnx;
using PetBreeds.Runtime;
using PetBreeds.Runtime.Files;
using static Onnx.TensorProto.Types;

namespace PetBreeds.Export.Onnx;

/// <summary>Writes a model as ONNX files: the whole of it, and the network alone.</summary>
internal static class OnnxFiles
{
    /// <summary>ONNX operators of December 2022, which all runtimes know but the one built into Windows.</summary>
    private const int Opset = 18;

    private const int IrVersion = 8;
    private const int Buffer = 1 << 20;
    private const string Batch = "batch";

    /// <summary>Writes <c>model.onnx</c>: uint8 [N,H,W,3] of any size → probabilities, logits and pooled features.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The network.</param>
    /// <param name="card">Of the model.</param>
    /// <param name="arithmetic">Of the network; inputs, outputs and preprocessing are as without it. Null: float32.</param>
    /// <exception cref="UserException">It cannot be written.</exception>
    public static void WriteModel(string path, ImageClassifier model, ModelCard card, Arithmetic? arithmetic = null)
    {
        var graph = new GraphBuilder(card.Architecture.Name, arithmetic is Arithmetic.Float16);
        var pixels = graph.Input(OnnxNames.Pixels, DataType.Uint8, Batch, "height", "width", 3);
        var input = PreprocessingGraph.Build(graph, card.Preprocessing, pixels);
        new NetworkGraph(graph, model, QuantizerOf(graph, arithmetic)).Build(input, OnnxNames.Logits, pooled: OnnxNames.Pooled);
        var temperature = card.Calibration?.Temperature ?? 1;
        var scaled = temperature == 1 ? OnnxNames.Logits : graph.Add("Div", OnnxNames.Logits, graph.Floats([(float)temperature]));
        if (card.IndependentClasses)
            graph.Add("Sigmoid", [scaled], OnnxNames.Probabilities);
        else
            graph.Add("Softmax", [scaled], OnnxNames.Probabilities, ("axis", -1));
        graph.Output(OnnxNames.Probabilities, Batch, card.Classes.Count);
        graph.Output(OnnxNames.Logits, Batch, card.Classes.Count);
        graph.Output(OnnxNames.Pooled, Batch, card.Architecture.Features);
        Write(path, graph, card);
    }

    /// <summary>Writes <c>network.onnx</c>: float32 [N,3,size,size], normalised → logits and the last feature map.</summary>
    /// <inheritdoc cref="WriteModel"/>
    public static void WriteNetwork(string path, ImageClassifier model, ModelCard card, Arithmetic? arithmetic = null)
    {
        var graph = new GraphBuilder(card.Architecture.Name, arithmetic is Arithmetic.Float16);
        var size = card.Preprocessing.Size;
        var input = graph.Input(OnnxNames.Input, DataType.Float, Batch, 3, size, size);
        new NetworkGraph(graph, model, QuantizerOf(graph, arithmetic)).Build(input, OnnxNames.Logits, OnnxNames.Features);
        graph.Output(OnnxNames.Logits, Batch, card.Classes.Count);
        graph.Output(OnnxNames.Features, Batch, card.Architecture.Features, "height", "width");
        Write(path, graph, card);
    }

    /// <summary>
    /// A model as <see cref="WriteModel"/> writes it, whose outputs are the ranges of the activations: least and most in turn, float32 [].
    /// </summary>
    public static byte[] CalibrationModel(ImageClassifier model, ModelCard card)
    {
        var graph = new GraphBuilder(card.Architecture.Name);
        var pixels = graph.Input(OnnxNames.Pixels, DataType.Uint8, Batch, "height", "width", 3);
        var input = PreprocessingGraph.Build(graph, card.Preprocessing, pixels);
        new NetworkGraph(graph, model, new Quantizer(graph, ranges: null)).Build(input, OnnxNames.Logits);
        return File(graph).ToByteArray();
    }

    private static Quantizer? QuantizerOf(GraphBuilder graph, Arithmetic? arithmetic) =>
        arithmetic is Arithmetic.Int8 { Ranges: var ranges } ? new Quantizer(graph, ranges) : null;

    private static ModelProto File(GraphBuilder graph)
    {
        var file = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "petbreeds",
            ProducerVersion = ProgramVersion.Number,
            Graph = graph.Graph,
        };
        file.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        return file;
    }

    private static void Write(string path, GraphBuilder graph, ModelCard card)
    {
        var file = File(graph);
        foreach (var (key, value) in OnnxMetadata.Of(card))
            file.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        AtomicFile.Write(path, "the ONNX model", stream =>
        {
            var buffered = new BufferedStream(stream, Buffer); // not disposed: that would close the file before it is committed
            file.WriteTo(buffered);
            buffered.Flush();
        }, "Check the folder, its permissions and the free space.");
    }
}
