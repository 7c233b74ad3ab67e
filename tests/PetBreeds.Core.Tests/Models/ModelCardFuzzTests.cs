using System.Text;
using PetBreeds.Models;
using PetBreeds.Models.Weights;
using PetBreeds.Pixels;
using PetBreeds.Tests.Models.Weights;
using TorchSharp;
using Xunit;

namespace PetBreeds.Tests.Models;

/// <summary>Descriptions of models are read or refused (see <see cref="Fuzz"/>).</summary>
public class ModelCardFuzzTests
{
    private static readonly IReadOnlyDictionary<string, string> Metadata =
        new ModelCard(Architecture.Named("resnet18"), ["Maine Coon", "pug", "é"],
        new Preprocessing(256, 224, Normalization.ImageNet), new Dictionary<string, string> { ["seed"] = "42" }).ToMetadata();

    [Fact]
    public void Mutations_are_sound_or_refused()
    {
        const char Between = '\x1e';
        var text = Encoding.UTF8.GetBytes(string.Join(Between, Metadata.SelectMany(entry => new[] { entry.Key, entry.Value })));
        var (read, refused) = Fuzz.Run("model card", text, 1, mutated =>
        {
            var parts = Encoding.UTF8.GetString(mutated).Split(Between);
            var metadata = new Dictionary<string, string>();
            for (var i = 0; i + 1 < parts.Length; i += 2)
                metadata[parts[i]] = parts[i + 1];
            RequireSound(ModelCard.FromMetadata(metadata, "here"));
        });
        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }

    [Theory]
    [InlineData("classes", "[\"a\",null]")]
    [InlineData("std", "[1,1,0]")]
    [InlineData("std", "[1,1,1e99]")]
    [InlineData("mean", "[1,1,-1e99]")]
    [InlineData("provenance", "{\"a\":null}")]
    public void Values_no_model_has_are_refused(string key, string value) => Assert.Contains("the model's description is damaged: ",
        Assert.Throws<UserException>(() =>
            ModelCard.FromMetadata(new Dictionary<string, string>(Metadata) { [key] = value }, "here")).Message);

    [Fact]
    public void Weights_alone_are_no_model()
    {
        var error = Assert.Throws<UserException>(() => ModelCard.FromMetadata(new Dictionary<string, string>(), "here"));
        Assert.Equal("this file contains weights, but no classes or preprocessing", error.Problem);
        Assert.Contains("model.safetensors of a petbreeds run", error.Remedy);
    }

    [Theory]
    [InlineData("fastai", "head.8.weight")]
    [InlineData("linear", "fc.weight")]
    public void Classes_without_their_weights_take_no_memory(string head, string name)
    {
        using var scratch = new ScratchFile();
        using var weight = torch.zeros(2, FastaiHead.Hidden); // as wide as a ResNet18's features
        SafeTensors.Write(scratch.Path, [(name, weight)], new Dictionary<string, string>(Metadata)
        {
            ["head"] = head,
            ["classes"] = $"[{string.Join(',', Enumerable.Repeat("\"\"", 900_000))}]",
        });
        Assert.Contains($"the model's description names 900000 classes, but its tensor {name} is missing or has another shape",
            Assert.Throws<UserException>(() => ModelFile.Load(scratch.Path)).Message);
    }

    private static void RequireSound(ModelCard card)
    {
        Assert.All(card.Classes, Assert.NotNull);
        Assert.All(card.Preprocessing.Normalization.Std, s => Assert.InRange(s, float.Epsilon, float.MaxValue));
        Assert.All(card.Preprocessing.Normalization.Mean, m => Assert.True(float.IsFinite(m)));
    }
}
