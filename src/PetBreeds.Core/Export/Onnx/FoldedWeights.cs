using PetBreeds.Models;
using static TorchSharp.torch;

namespace PetBreeds.Export.Onnx;

/// <summary>The weights of one convolution or linear layer.</summary>
/// <param name="Weight">Row by row.</param>
/// <param name="Shape">Of the weight: outputs first.</param>
/// <param name="Bias">One for each output.</param>
internal sealed record LayerWeights(float[] Weight, long[] Shape, float[] Bias);

/// <summary>
/// The weights of a network as its layers need them once its batch norms are part of the layers beside them: in evaluation each is a
/// factor and a summand for every channel. Computed in float64.
/// </summary>
/// <param name="model">Read as it is, on any device.</param>
internal sealed class FoldedWeights(ImageClassifier model)
{
    private const double NormEpsilon = 1e-5; // of BatchNorm

    private readonly Dictionary<string, Tensor> _tensors = model.NamedTensors().ToDictionary(item => item.Name, item => item.Tensor);

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <summary>A tensor as it is.</summary>
    public float[] Of(string name)
    {
        using var scope = NewDisposeScope();
        return [.. _tensors[name].detach().cpu().to(ScalarType.Float32).contiguous().data<float>()];
    }

    /// <summary>A convolution or linear layer as it is; without a bias it gets zeros.</summary>
    public LayerWeights Layer(string name)
    {
        var shape = _tensors[$"{name}.weight"].shape;
        return new LayerWeights(Of($"{name}.weight"), shape, Has($"{name}.bias") ? Of($"{name}.bias") : new float[shape[0]]);
    }

    /// <summary>A convolution without bias and the batch norm behind it.</summary>
    public LayerWeights Convolution(string convolution, string norm)
    {
        var layer = Layer(convolution);
        var (scale, shift) = Affine(norm);
        var row = layer.Weight.Length / scale.Length;
        return layer with
        {
            Weight = [.. layer.Weight.Select((weight, i) => (float)(weight * scale[i / row]))],
            Bias = [.. shift.Select(value => (float)value)],
        };
    }

    /// <summary>A linear layer and the batch norm before it.</summary>
    public LayerWeights Linear(string norm, string linear)
    {
        var layer = Layer(linear);
        var (scale, shift) = Affine(norm);
        var row = scale.Length;
        return layer with
        {
            Weight = [.. layer.Weight.Select((weight, i) => (float)(weight * scale[i % row]))],
            Bias = [.. layer.Bias.Select((bias, i) => (float)(bias + Product(shift, layer.Weight.AsSpan(i * row, row))))],
        };

        static double Product(double[] shift, ReadOnlySpan<float> weights)
        {
            var sum = 0.0;
            for (var i = 0; i < shift.Length; i++)
                sum += shift[i] * weights[i];
            return sum;
        }
    }

    /// <summary>What a batch norm multiplies each channel by in evaluation, and what it adds.</summary>
    private (double[] Scale, double[] Shift) Affine(string norm)
    {
        var (mean, variance) = (Of($"{norm}.running_mean"), Of($"{norm}.running_var"));
        var (weight, bias) = (Of($"{norm}.weight"), Of($"{norm}.bias"));
        double[] scale = [.. weight.Select((factor, i) => factor / Math.Sqrt(variance[i] + NormEpsilon))];
        return (scale, [.. bias.Select((summand, i) => summand - mean[i] * scale[i])]);
    }
}
