using Microsoft.ML.OnnxRuntime;
using PetBreeds.Export.Onnx;
using PetBreeds.Models.Onnx;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using Xunit;
using static PetBreeds.Tests.Export.OnnxParts;

namespace PetBreeds.Tests.Export;

public sealed class PreprocessingGraphTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("petbreeds-onnx-").FullName;

    [Theory]
    [InlineData(64)]
    [InlineData(150)]
    [InlineData(460)]
    public void Presizing_in_the_graph_is_that_of_the_presizer(int shortSide)
    {
        using var session = Session(Path.Combine(_folder, "part.onnx"), (graph, pixels) =>
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
        using var session = Session(Path.Combine(_folder, "part.onnx"), (graph, pixels) =>
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

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (float[] Values, long[] Shape) Run(InferenceSession session, RgbImage photo)
    {
        using var pixels = OrtValue.CreateTensorValueFromMemory(photo.Pixels, [1, photo.Height, photo.Width, 3]);
        using var options = new RunOptions();
        using var results = session.Run(options, [OnnxNames.Pixels], [pixels], ["out"]);
        return ([.. results[0].GetTensorDataAsSpan<float>()], results[0].GetTensorTypeAndShape().Shape);
    }

    private static float[] Planes(RgbImage photo) =>
        [.. Enumerable.Range(0, 3).SelectMany(channel => photo.Pixels.Where((_, i) => i % 3 == channel)).Select(value => (float)value)];
}
