using System.Text.Json;
using PetBreeds.Models;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Models.Golden;

/// <summary>
/// Tensor names, parameter counts, logits and gradients of torchvision's ResNeXts, wide ResNet and ConvNeXts, for weights given by a
/// formula (scripts/checks/golden_bodies.py).
/// </summary>
public class BodyGoldenTests
{
    private static readonly JsonElement File = Tests.Golden.Json("bodies.json");

    public static TheoryData<string> Names =>
        [.. File.GetProperty("cases").EnumerateArray().Select(item => item.GetProperty("arch").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Equals_torchvision(string name)
    {
        using var scope = NewDisposeScope();
        var golden = File.GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("arch").GetString() == name);
        var plan = Architecture.Named(name);
        using var model = (plan is ConvNeXtArchitecture net ? net with { DropPath = 0 } : plan).CreateWithClassifier(1000);
        RequireNames(golden, model);
        using (no_grad())
            Waves.Fill(model.NamedTensors());
        var pictures = Waves.Of(0.11, 0, 2, 3, 64, 64);
        RequireLogits(golden, model, pictures);
        using (no_grad())
            Waves.FillChirps(model.NamedTensors());
        RequireGradients(golden, model, Waves.Chirp(1000, 2, 3, 64, 64));
    }

    private static void RequireNames(JsonElement golden, Body model)
    {
        string[] names = [.. model.NamedTensors().Select(item => item.Name)];
        Assert.Equal(golden.GetProperty("keys").GetInt32(), names.Length);
        Assert.Equal(Strings(golden.GetProperty("first_keys")), names[..8]);
        Assert.Equal(Strings(golden.GetProperty("last_keys")), names[^8..]);
        Assert.Equal(golden.GetProperty("parameters").GetInt64(), model.parameters().Sum(p => p.numel()));
        Assert.Equal($"{model.Plan.ClassifierName}.bias", names[^1]);
    }

    private static void RequireLogits(JsonElement golden, Body model, Tensor pictures)
    {
        using var noGradients = no_grad();
        model.eval();
        var logits = model.forward(pictures);
        var spread = golden.GetProperty("logit_std").GetDouble();
        Waves.AssertClose(golden.GetProperty("logits_first_16"), logits.narrow(1, 0, 16), 1e-3 * spread);
        Assert.Equal(golden.GetProperty("logit_mean").GetDouble(), logits.mean().item<float>(), 1e-3 * spread);
        Assert.Equal(spread, logits.std().item<float>(), 1e-3 * spread);
    }

    /// <summary>In double precision: batch norm over a few numbers makes rounding errors large.</summary>
    private static void RequireGradients(JsonElement golden, Body model, Tensor pictures)
    {
        model.to(ScalarType.Float64);
        model.train();
        var labels = tensor([.. File.GetProperty("labels").EnumerateArray().Select(label => label.GetInt64())]);
        nn.functional.cross_entropy(model.forward(pictures), labels).backward();
        var expected = golden.GetProperty("gradients").EnumerateObject().ToArray();
        var parameters = model.named_parameters().ToArray();
        Assert.Equal(expected.Select(item => item.Name).Order(StringComparer.Ordinal),
            parameters.Select(item => item.name).Order(StringComparer.Ordinal));
        foreach (var (name, parameter) in parameters)
        {
            using var scope = NewDisposeScope();
            double[] numbers = [.. golden.GetProperty("gradients").GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];
            var gradient = parameter.grad!.flatten();
            Assert.Equal(numbers[0], gradient.norm().item<double>(), 1e-6 * numbers[0]);
            foreach (var (i, index) in new[] { 0, gradient.numel() / 2, gradient.numel() - 1 }.Index())
                Assert.Equal(numbers[i + 1], gradient[index].item<double>(), 1e-6 * numbers[0]);
        }
    }

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetString()!)];
}
