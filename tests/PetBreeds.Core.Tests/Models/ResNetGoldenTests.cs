using System.Text.Json;
using PetBreeds.Models;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Models.Golden;

/// <summary>
/// Tensor names, parameter counts and logits of torchvision's ResNets, and of fastai's head, for weights given by a formula.
/// </summary>
public class ResNetGoldenTests
{
    private static readonly JsonElement File = Tests.Golden.Json("resnets.json");

    public static TheoryData<string> Names =>
        [.. File.GetProperty("cases").EnumerateArray().Select(item => item.GetProperty("arch").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Equals_torchvision(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var golden = File.GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("arch").GetString() == name);
        using var model = Architecture.Named(name).CreateWithClassifier(1000);
        string[] names = [.. model.NamedTensors().Select(item => item.Name)];
        Assert.Equal(golden.GetProperty("keys").GetInt32(), names.Length);
        Assert.Equal(Strings(golden.GetProperty("first_keys")), names[..8]);
        Assert.Equal(Strings(golden.GetProperty("last_keys")), names[^8..]);
        Assert.Equal(golden.GetProperty("parameters").GetInt64(), model.parameters().Sum(p => p.numel()));

        Waves.Fill(model.NamedTensors());
        model.eval();
        var logits = model.forward(Waves.Of(0.11, 0, 2, 3, 64, 64));
        var spread = golden.GetProperty("logit_std").GetDouble();
        Waves.AssertClose(golden.GetProperty("logits_first_16"), logits.narrow(1, 0, 16), 1e-3 * spread);
        Assert.Equal(golden.GetProperty("logit_mean").GetDouble(), logits.mean().item<float>(), 1e-3 * spread);
        Assert.Equal(spread, logits.std().item<float>(), 1e-3 * spread);
    }

    [Fact]
    public void Head_equals_fastai()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var golden = File.GetProperty("head");
        using var head = FastaiHead.Create(golden.GetProperty("in_features").GetInt32(), golden.GetProperty("classes").GetInt32());
        Assert.Equal(Strings(golden.GetProperty("keys")), head.NamedTensors().Select(item => item.Name));
        Waves.Fill(head.NamedTensors());
        head.eval();
        var logits = head.forward(Waves.Of(0.05, 0, 2, 512, 3, 3));
        Waves.AssertClose(golden.GetProperty("logits"), logits, 1e-3 * logits.std().item<float>());
    }

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetString()!)];
}
