using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Export.Onnx;
using PetBreeds.Models.Onnx;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Export;

/// <summary>What tests of graphs share.</summary>
internal static class OnnxParts
{
    /// <summary>Wide, tall, square, small, and two extreme panoramas.</summary>
    public static RgbImage[] Photos { get; } =
    [
        RandomModel.Photo(200, 150, 1), RandomModel.Photo(101, 163, 2), RandomModel.Photo(64, 64, 3), RandomModel.Photo(40, 31, 4),
        RandomModel.Photo(700, 60, 5), RandomModel.Photo(61, 555, 6),
    ];

    /// <summary>By the code of prediction.</summary>
    public static Tensor Input(Preprocessing preprocessing, IReadOnlyList<RgbImage> presized)
    {
        var form = BatchForm.For(CPU, preprocessing);
        var input = form.Allocate(presized.Count);
        foreach (var (i, photo) in presized.Index())
            form.Write(photo.Pixels, (photo.Width, photo.Height), AugmentParams.Identity, input, i);
        return input;
    }

    /// <summary>A graph of uint8 [N,H,W,3] → out.</summary>
    public static InferenceSession Session(string path, Action<GraphBuilder, string> build, string input = OnnxNames.Pixels)
    {
        var graph = new GraphBuilder("part");
        build(graph, graph.Input(input, TensorProto.Types.DataType.Uint8, "n", "height", "width", 3));
        File.WriteAllBytes(path, Bytes(graph));
        return OnnxSession.Open(path);
    }

    /// <summary>A graph as a file.</summary>
    public static byte[] Bytes(GraphBuilder graph)
    {
        var model = new ModelProto { IrVersion = 8, Graph = graph.Graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 18 });
        return model.ToByteArray();
    }

    public static void Close(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, tolerance);
    }
}
