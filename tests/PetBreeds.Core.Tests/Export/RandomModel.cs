using PetBreeds.Models;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Export;

/// <summary>A model whose every tensor is random, so that none can be left out unseen, and photos for it.</summary>
internal static class RandomModel
{
    /// <summary>A ResNeXt of one block a layer.</summary>
    public static Architecture TinyResNeXt { get; } =
        new ResNetArchitecture("resnext50_32x4d", true, [1, 1, 1, 1]) { Groups = 32, WidthPerGroup = 4 };

    /// <summary>A wide ResNet of one block a layer.</summary>
    public static Architecture TinyWide { get; } = new ResNetArchitecture("wide_resnet50_2", true, [1, 1, 1, 1]) { WidthPerGroup = 128 };

    /// <summary>A ConvNeXt of few channels.</summary>
    public static Architecture TinyConvNeXt { get; } = new ConvNeXtArchitecture("convnext_tiny", 16, [1, 1, 2, 1], .1);

    public static Architecture Plan(string name) => name switch
    {
        "tiny-resnext" => TinyResNeXt,
        "tiny-wide" => TinyWide,
        "tiny-convnext" => TinyConvNeXt,
        _ => Architecture.Named(name),
    };

    public static ImageClassifier Create(Architecture plan, HeadKind head, int classes)
    {
        using var generator = random.manual_seed(11);
        var model = new ImageClassifier(plan, classes, head);
        using var noGradients = no_grad();
        foreach (var slot in model.TensorSlots().Where(slot => slot.Tensor.is_floating_point()))
        {
            if (slot.Field is "layer_scale")
                slot.Tensor.uniform_(-.5, .5);
            else if (slot.Field is "running_var" || (slot.Owner is NormBase or LayerNorm && slot.Field is "weight"))
                slot.Tensor.uniform_(.6, 1.2);
            else if (slot.Field is "bias" or "running_mean")
                slot.Tensor.uniform_(-.2, .2);
        }
        model.eval();
        return model;
    }

    public static ModelCard Card(ImageClassifier model, string loss, int presize, int size, double? temperature = null) => new(
        model.Body.Plan,
        [.. Enumerable.Range(0, model.Classes).Select(i => $"class {i}")],
        new Preprocessing(presize, size, Normalization.ImageNet),
        new Dictionary<string, string> { ["program"] = "petbreeds 1.2.3", ["starting_weights"] = "imagenet-v1" })
    {
        Head = model.Kind,
        Loss = loss,
        Calibration = temperature is { } t ? new ModelCalibration(t, [.. Enumerable.Range(0, 101).Select(i => 1 - i / 200.0)]) : null,
    };

    /// <summary>Soft shapes with some noise, different in each channel.</summary>
    public static RgbImage Photo(int width, int height, int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var (a, b, c) = (random.NextDouble(.02, .1), random.NextDouble(.02, .1), random.NextDouble());
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y, channel) = (i / 3 % width, i / 3 / width, i % 3);
            var value = 128 + 90 * Math.Sin(a * x + channel + c) * Math.Cos(b * y - channel) + random.NextDouble(-30, 30);
            pixels[i] = (byte)Math.Clamp(value, 0, 255);
        }
        return new RgbImage(width, height, pixels);
    }
}
