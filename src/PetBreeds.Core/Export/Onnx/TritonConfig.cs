using System.Globalization;
using System.Text;
using PetBreeds.Models;
using PetBreeds.Models.Onnx;

namespace PetBreeds.Export.Onnx;

/// <summary>A model's description for NVIDIA's Triton Inference Server, in protobuf's text form (its model_config.proto).</summary>
internal static class TritonConfig
{
    /// <summary>The config.pbtxt of a <c>model.onnx</c>.</summary>
    /// <param name="name">Of the model; its folder has the same.</param>
    /// <param name="card">Of the model.</param>
    /// <param name="labels">The file with the classes, beside it.</param>
    /// <remarks>
    /// max_batch_size is 0, so that shapes are whole: Triton would form batches only of photos of one size. It runs on the CPU, which has
    /// the antialiased Resize.
    /// </remarks>
    public static string Of(string name, ModelCard card, string labels)
    {
        var classes = card.Classes.Count.ToString(CultureInfo.InvariantCulture);
        var features = card.Architecture.Features.ToString(CultureInfo.InvariantCulture);
        return $$"""
            name: {{Quoted(name)}}
            backend: "onnxruntime"
            max_batch_size: 0
            input [
              {
                name: "{{OnnxNames.Pixels}}"
                data_type: TYPE_UINT8
                dims: [ -1, -1, -1, 3 ]
              }
            ]
            output [
              {
                name: "{{OnnxNames.Probabilities}}"
                data_type: TYPE_FP32
                dims: [ -1, {{classes}} ]
                label_filename: {{Quoted(labels)}}
              },
              {
                name: "{{OnnxNames.Logits}}"
                data_type: TYPE_FP32
                dims: [ -1, {{classes}} ]
              },
              {
                name: "{{OnnxNames.Pooled}}"
                data_type: TYPE_FP32
                dims: [ -1, {{features}} ]
              }
            ]
            instance_group [
              {
                kind: KIND_CPU
              }
            ]

            """.ReplaceLineEndings("\n");
    }

    private static string Quoted(string text) =>
        new StringBuilder(text).Replace("\\", "\\\\").Replace("\"", "\\\"").Insert(0, '"').Append('"').ToString();
}
