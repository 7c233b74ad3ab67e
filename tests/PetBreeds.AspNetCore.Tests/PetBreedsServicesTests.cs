using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using PetBreeds.Evaluation;
using PetBreeds.Evaluation.Serving;
using PetBreeds.Models;
using PetBreeds.Pixels;
using PetBreeds.Runtime;
using Xunit;

namespace PetBreeds.AspNetCore.Tests;

/// <summary>A model in an application's services.</summary>
public sealed class PetBreedsServicesTests : IDisposable
{
    private static readonly byte[] Photo = // a red pixel, as PNG
        Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==");

    private readonly string _folder = Directory.CreateTempSubdirectory("petbreeds-aspnet-").FullName;

    public PetBreedsServicesTests()
    {
        TorchRuntime.EnsureLoaded();
        using var model = new ImageClassifier(Architecture.ResNet18, 2);
        ModelFile.Save(Path.Combine(_folder, "model.safetensors"), model,
            new ModelCard(Architecture.ResNet18, ["cat", "dog"], new Preprocessing(32, 32, Normalization.ImageNet),
                new Dictionary<string, string>()));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_sample_answers()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = Sample.Build(builder, _folder);
        await app.StartAsync(Token);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var good = await client.PostAsync("/breed", new ByteArrayContent(Photo), Token);
        var classes = await good.Content.ReadFromJsonAsync<ClassProbability[]>(Token);
        Assert.Equal(["cat", "dog"], classes!.Select(entry => entry.Name).Order());
        Assert.Equal(1, classes!.Sum(entry => entry.Probability), 1e-6);
        using var bad = await client.PostAsync("/breed", new ByteArrayContent("no photo"u8.ToArray()), Token);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, bad.StatusCode);
        await app.StopAsync(Token);
    }

    [Fact]
    public async Task All_requests_share_one_model_and_keys_tell_several_apart()
    {
        var services = new ServiceCollection();
        services.AddPetBreeds(options => options.Model = Path.Combine(_folder, "model.safetensors"));
        services.AddPetBreeds(options => (options.Model, options.Device) = (_folder, ComputeDevice.Cpu), key: "other");
        IImageClassifier model;
        await using (var provider = services.BuildServiceProvider())
        {
            model = provider.GetRequiredService<IImageClassifier>();
            Assert.Same(model, provider.GetRequiredService<IImageClassifier>());
            var other = provider.GetRequiredKeyedService<IImageClassifier>("other");
            Assert.NotSame(model, other);
            Assert.Equal(["cat", "dog"], other.Card.Classes);
            Assert.Equal(2, (await model.PredictAsync(Photo, cancel: Token)).Top.Count);
        }
        await Assert.ThrowsAsync<ObjectDisposedException>(() => model.PredictAsync(Photo, cancel: Token)); // freed with the services
    }

    [Fact]
    public void A_model_must_be_named()
    {
        var error = Assert.Throws<UserException>(() => new ServiceCollection().AddPetBreeds(_ => { }));
        Assert.Equal("no model is named", error.Problem);
    }

    [Fact]
    public void The_page_shows_the_sample_that_is_compiled()
    {
        string[] code = [.. Text("Sample.cs").Split('\n').SkipWhile(line => !line.Contains("begins here")).Skip(1)
            .TakeWhile(line => !line.Contains("ends here")).Select(line => line.Length < 4 ? line : line[4..].TrimEnd())];
        Assert.Contains(string.Join('\n', code), Text("library.md"));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Text(string name)
    {
        using var reader = new StreamReader(typeof(Sample).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
