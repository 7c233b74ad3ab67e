using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime.Tensors;
using PetBreeds.Export.Onnx;
using PetBreeds.Models;
using PetBreeds.Models.Onnx;
using Xunit;

namespace PetBreeds.Tests.Export;

public sealed partial class TritonTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("petbreeds-triton-").FullName;

    [Fact]
    public void The_description_agrees_with_the_model()
    {
        using var model = RandomModel.Create(RandomModel.TinyResNeXt, HeadKind.Linear, classes: 3);
        var card = RandomModel.Card(model, ModelCard.CrossEntropy, 48, 40);
        var files = TritonFolder.Write(_folder, model, card, null);
        string[] expected = ["resnext50_32x4d/1/model.onnx", "resnext50_32x4d/config.pbtxt", "resnext50_32x4d/labels.txt"];
        Assert.Equal(expected, files.Select(file => file.Replace('\\', '/')));
        Assert.Equal("class 0\nclass 1\nclass 2\n", File.ReadAllText(Path.Combine(_folder, files[2])));

        var config = File.ReadAllText(Path.Combine(_folder, files[1]));
        Assert.StartsWith("name: \"resnext50_32x4d\"\nbackend: \"onnxruntime\"\nmax_batch_size: 0\n", config);
        Assert.Equal(config.Count(c => c is '{' or '['), config.Count(c => c is '}' or ']'));
        Assert.Equal("labels.txt", Regex.Match(config, "label_filename: \"(.*)\"").Groups[1].Value);
        using var session = OnnxSession.Open(Path.Combine(_folder, files[0]));
        var tensors = Tensor().Matches(config).Select(match => (match.Groups["name"].Value, match.Groups["type"].Value,
            match.Groups["dims"].Value));
        Assert.Equal(session.InputMetadata.Concat(session.OutputMetadata).Select(item => (item.Key, item.Value.ElementDataType switch
        {
            TensorElementType.UInt8 => "UINT8",
            TensorElementType.Float => "FP32",
            var type => $"{type}",
        }, string.Join(", ", item.Value.Dimensions))), tensors);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [GeneratedRegex("""name: "(?<name>\w+)"\s+data_type: TYPE_(?<type>\w+)\s+dims: \[ (?<dims>[-\d, ]+) \]""")]
    private static partial Regex Tensor();
}
