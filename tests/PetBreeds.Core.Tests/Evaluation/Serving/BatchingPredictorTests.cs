using PetBreeds.Evaluation;
using PetBreeds.Evaluation.Serving;
using PetBreeds.Models;
using PetBreeds.Pixels;
using PetBreeds.Runtime;
using PetBreeds.Tests.Training;
using Xunit;

namespace PetBreeds.Tests.Evaluation.Serving;

public sealed class BatchingPredictorTests(TinyData data) : IClassFixture<TinyData>
{
    [Fact]
    public async Task Many_callers_get_what_one_gets()
    {
        var (model, photos) = Save();
        using var single = new Predictor(model, ComputeDevice.Cpu);
        var expected = single.Predict(photos, 2, CancellationToken.None).ToArray();
        await using var batching = new BatchingPredictor(model, ComputeDevice.Cpu,
            new BatchingOptions { MaxBatch = 8, MaxWait = TimeSpan.FromMilliseconds(50) });
        Assert.Equal(["bluish", "reddish"], batching.Card.Classes);
        var answers = await Task.WhenAll(photos.Select(path => batching.PredictAsync(File.ReadAllBytes(path), 2, path, Token)));
        foreach (var (one, other) in expected.Zip(answers))
        {
            Assert.Equal((one.Path, one.Top[0].Name), (other.Path, other.Top[0].Name));
            Assert.Equal(one.Top[0].Probability, other.Top[0].Probability, 1e-5);
        }
        Assert.Equal(0, batching.Waiting);
        var bad = await batching.PredictAsync("no photo"u8.ToArray(), cancel: Token);
        Assert.Equal(("photo", 0, "this is a text file, not a photo"), (bad.Path, bad.Top.Count, bad.Error?.Problem));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => batching.PredictAsync(default, top: 0, cancel: Token));
    }

    [Fact]
    public async Task It_tells_which_photos_are_unfamiliar()
    {
        using var batching = new BatchingPredictor(new BatchingOptions(), new FakeClassifier(), "fake");
        var answers = await Task.WhenAll(new byte[] { 0, 255 }.Select(red =>
            batching.PredictAsync(FakeClassifier.Photo(red).Bytes, cancel: Token)));
        Assert.Equal([true, false], answers.Select(answer => answer.IsUnfamiliar));
    }

    [Fact]
    public void It_may_be_disposed_twice_and_says_what_is_wrong_with_a_model()
    {
        var batching = new BatchingPredictor(Save().Model, ComputeDevice.Cpu);
        batching.Dispose();
        batching.Dispose();
        Assert.Equal(0, batching.Waiting);
        Assert.Throws<UserException>(() => new BatchingPredictor(data.At("no.safetensors"), ComputeDevice.Cpu));
    }

    [Fact]
    public void Heat_is_a_number_for_each_pixel_of_what_the_network_sees()
    {
        var (model, photos) = Save();
        using var classifier = PredictorClassifier.Open(model, ComputeDevice.Cpu);
        var photo = Presizer.Presize(photos[0], classifier.Card.Preprocessing.Presize);
        var map = classifier.Heat(photo, 1);
        Assert.Equal((32, 32, 32 * 32), (map.Crop.Width, map.Crop.Height, map.Heat.Length));
        Assert.All(map.Heat, heat => Assert.InRange(heat, 0, 1));
        Assert.Equal(2, classifier.Answer([photo])[0].Probabilities.Length); // it still answers
    }

    [Fact]
    public void Every_option_that_is_out_of_range_is_named()
    {
        var wrong = new BatchingOptions
        {
            MaxBatch = 0,
            MaxWait = TimeSpan.FromSeconds(-1),
            MaxQueue = 0,
            DecodeThreads = 1000,
            MaxPixels = 0
        };
        Assert.Equal("batching cannot work so: max batch is 0, but must be 1 to 1024; max wait in seconds is -1, but must be 0 to 600; "
            + "max queue is 0, "
            + "but must be 1 to 100000; decode threads is 1000, but must be 1 to 256; max pixels is 0, but must be 1 to 178956970",
            Assert.Throws<UserException>(() => wrong.Validated()).Problem);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private (string Model, string[] Photos) Save()
    {
        using var session = TinyData.Open(data.Config);
        var path = data.At("served.safetensors");
        ModelFile.Save(path, session.Model, new ModelCard(session.Model.Body.Plan, session.Catalog.Classes, session.Preprocessing,
            new Dictionary<string, string>()));
        return (path, [.. session.Catalog.Items.Take(10).Select(item => item.Path)]);
    }
}
