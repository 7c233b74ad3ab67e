using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using PetBreeds.Evaluation.Serving;
using Xunit;

namespace PetBreeds.Tests.Evaluation.Serving;

public sealed class PredictionQueueTests : IAsyncDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private readonly FakeClassifier _network = new();
    private readonly DecodeThreads _decoders = new(2);
    private readonly FakeTimeProvider _time = new();
    private PredictionQueue? _queue;

    public async ValueTask DisposeAsync()
    {
        _network.Gate.Set();
        if (_queue is not null)
            await _queue.DisposeAsync();
        _decoders.Dispose();
    }

    [Fact]
    public async Task Photos_that_come_together_go_through_together()
    {
        var queue = Open(maxBatch: 3);
        var one = queue.Answer([FakeClassifier.Photo(255)], Token);
        var two = queue.Answer([FakeClassifier.Photo(51, "b.png"), FakeClassifier.Photo(0, "c.png")], Token);
        Assert.Equal(1, (await one)[0].Probabilities[0]);
        Assert.Equal([("b.png", .2), ("c.png", 0)], (await two).Select(answer => (answer.Name, answer.Probabilities[0])));
        Assert.Equal([3], _network.Batches);
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public async Task A_batch_that_is_not_full_waits_no_longer_than_it_may()
    {
        var answer = Open(maxBatch: 3).Answer([FakeClassifier.Photo(255)], Token);
        Assert.True(SpinWait.SpinUntil(() => { _time.Advance(Long); return answer.IsCompleted; }, Patience));
        Assert.Equal(1, (await answer)[0].Probabilities[0]);
        Assert.Equal([1], _network.Batches);
    }

    [Fact]
    public async Task A_full_queue_takes_all_of_some_photos_or_none()
    {
        var queue = Open(maxBatch: 1, maxQueue: 3);
        _network.Gate.Reset();
        var first = queue.Answer([FakeClassifier.Photo(255), FakeClassifier.Photo(255)], Token);
        var refused = Assert.Throws<QueueFullException>(() =>
            { _ = queue.Answer([FakeClassifier.Photo(0), FakeClassifier.Photo(0)], Token); });
        Assert.Equal((2, "2 photos are waiting already"), (refused.Waiting, refused.Message));
        var second = queue.Answer([FakeClassifier.Photo(0)], Token);
        _network.Gate.Set();
        Assert.Equal([1, 1, 0], (await first).Concat(await second).Select(answer => answer.Probabilities[0]));
        Assert.Single(await queue.Answer([FakeClassifier.Photo(0)], Token));
    }

    [Fact]
    public async Task A_photo_that_cannot_be_read_is_an_answer_and_spoils_no_other()
    {
        var answers = await Open(maxBatch: 1, maxPixels: 80).Answer(
            [new EncodedPhoto("no.jpg", "no photo"u8.ToArray()), FakeClassifier.Photo(255),
                FakeClassifier.Photo(255, "wide.png", width: 11), new EncodedPhoto("0", default)], Token);
        Assert.Equal([0, 2, 0, 0], answers.Select(answer => answer.Probabilities.Length));
        Assert.Equal(("no.jpg", "this is a text file, not a photo"), (answers[0].Error!.Place, answers[0].Error!.Problem));
        Assert.Equal("the photo has 11 × 8 pixels, more than the limit of 0.00008 million", answers[2].Error!.Problem);
        Assert.Contains("is empty", answers[3].Error!.Problem);
        Assert.Equal([1], _network.Batches);
    }

    [Fact]
    public async Task Nobody_computes_a_photo_that_nobody_waits_for()
    {
        var queue = Open(maxBatch: 1);
        _network.Gate.Reset();
        var first = queue.Answer([FakeClassifier.Photo(255)], Token);
        using var cancel = new CancellationTokenSource();
        var second = queue.Answer([FakeClassifier.Photo(255)], cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second); // though the network is held
        _network.Gate.Set();
        await first;
        Assert.True(SpinWait.SpinUntil(() => queue.Waiting == 0, Patience));
        Assert.Equal([1], _network.Batches);
    }

    [Fact]
    public async Task At_its_end_it_answers_what_it_has_at_once_and_takes_no_more()
    {
        var queue = Open(maxBatch: 3);
        var answer = queue.Answer([FakeClassifier.Photo(255)], Token);
        await queue.DisposeAsync(); // the clock stands still
        Assert.Equal(1, (await answer)[0].Probabilities[0]);
        Assert.True(_network.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => { _ = queue.Answer([FakeClassifier.Photo(0)], Token); });
    }

    [Fact]
    public async Task In_a_hurry_no_batch_waits()
    {
        var queue = Open(maxBatch: 3);
        queue.Hurry();
        Assert.Equal(1, (await queue.Answer([FakeClassifier.Photo(255)], Token))[0].Probabilities[0]);
    }

    [Fact]
    public async Task What_goes_wrong_with_a_batch_is_said_to_its_callers_and_to_no_others()
    {
        var queue = Open(maxBatch: 1);
        _network.Before = _ => throw new UserException("the model's output is not a number", "model.safetensors");
        await Assert.ThrowsAsync<UserException>(() => queue.Answer([FakeClassifier.Photo(255)], Token));
        _network.Before = _ => { };
        Assert.Equal(1, (await queue.Answer([FakeClassifier.Photo(255)], Token))[0].Probabilities[0]);
    }

    [Fact]
    public async Task Where_memory_runs_out_fewer_go_through_at_once()
    {
        _network.Before = photos => { if (photos > 1) throw new InsufficientMemoryException(); };
        var answers = await Open(maxBatch: 3).Answer([FakeClassifier.Photo(255), FakeClassifier.Photo(51), FakeClassifier.Photo(0)], Token);
        Assert.Equal([1, .2, 0], answers.Select(answer => answer.Probabilities[0]));
        Assert.Equal([1, 1, 1], _network.Batches);
    }

    [Fact]
    public async Task Heat_maps_are_for_networks_that_make_them() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Open(maxBatch: 1).Heat(FakeClassifier.Photo(0), 0, Token));

    [Fact]
    public async Task What_it_does_is_counted()
    {
        var counts = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == ServingMetrics.MeterName)
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        void Count(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var of = tags.ToArray().ToDictionary();
            if (of["model"] as string != nameof(PredictionQueueTests))
                return;
            lock (counts)
            {
                var name = $"{instrument.Name} {of.GetValueOrDefault("outcome")}".TrimEnd();
                counts[name] = counts.GetValueOrDefault(name) + (instrument.Name.EndsWith("duration") ? 1 : value);
            }
        }
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Count(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Count(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Count(instrument, value, tags));
        listener.Start();
        var queue = Open(maxBatch: 2, maxQueue: 3);
        await queue.Answer([FakeClassifier.Photo(255), FakeClassifier.Photo(255), new EncodedPhoto("no.jpg", default)], Token);
        Assert.Throws<QueueFullException>(() => { _ = queue.Answer([.. Enumerable.Repeat(FakeClassifier.Photo(0), 4)], Token); });
        await queue.DisposeAsync();
        Assert.Equal(new Dictionary<string, double>
        {
            ["petbreeds.photos answered"] = 2,
            ["petbreeds.photos unreadable"] = 1,
            ["petbreeds.photos refused"] = 4,
            ["petbreeds.photos.waiting"] = 0,
            ["petbreeds.batch.size"] = 2,
            ["petbreeds.decode.duration"] = 2,
            ["petbreeds.queue.duration"] = 2,
            ["petbreeds.network.duration"] = 1,
        }, counts);
    }

    private static TimeSpan Patience => TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Its clock stands still, so that a batch waits until it is full, unless the test says otherwise.</summary>
    private PredictionQueue Open(int maxBatch, int maxQueue = 100, long maxPixels = 1000) => _queue = new PredictionQueue(_network,
        new BatchingOptions { MaxBatch = maxBatch, MaxWait = Long, MaxQueue = maxQueue, MaxPixels = maxPixels }.Validated(), _decoders,
        new ServingMetrics(nameof(PredictionQueueTests)), _time);
}
