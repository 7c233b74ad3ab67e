using System.Diagnostics.Metrics;

namespace PetBreeds.Evaluation.Serving;

/// <summary>
/// What is counted and timed, as instruments of the meter "PetBreeds.Serving", for OpenTelemetry, Prometheus or <c>dotnet-counters</c>.
/// </summary>
/// <param name="model">The tag of everything that one model's queue reports.</param>
internal sealed class ServingMetrics(string model)
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "PetBreeds.Serving";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> PhotoCount = Meter.CreateCounter<long>("petbreeds.photos", "{photo}",
        "Photos by outcome: answered, unreadable, refused (the queue was full), cancelled, failed.");

    private static readonly UpDownCounter<int> Waiting = Meter.CreateUpDownCounter<int>("petbreeds.photos.waiting", "{photo}",
        "Photos that are waiting, being decoded or being answered.");

    private static readonly Histogram<int> BatchSizes = Meter.CreateHistogram("petbreeds.batch.size", "{photo}",
        "Photos that went through the network at once.",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128] });

    private static readonly Histogram<double> DecodeTimes = Times("petbreeds.decode.duration", "Decoding and scaling a photo.");
    private static readonly Histogram<double> QueueTimes = Times("petbreeds.queue.duration",
        "A photo waiting: for a decoder, and then for the network.");
    private static readonly Histogram<double> NetworkTimes = Times("petbreeds.network.duration", "A batch in the network.");

    private readonly KeyValuePair<string, object?> _model = new("model", model);

    public void Photo(string outcome) => PhotoCount.Add(1, _model, new("outcome", outcome));

    public void Photos(string outcome, int count) => PhotoCount.Add(count, _model, new("outcome", outcome));

    public void NowWaiting(int change) => Waiting.Add(change, _model);

    public void Decoded(TimeSpan took) => DecodeTimes.Record(took.TotalSeconds, _model);

    public void Queued(TimeSpan waited) => QueueTimes.Record(waited.TotalSeconds, _model);

    public void Batch(int photos, TimeSpan took)
    {
        BatchSizes.Record(photos, _model);
        NetworkTimes.Record(took.TotalSeconds, _model);
    }

    private static Histogram<double> Times(string name, string description) => Meter.CreateHistogram(name, "s", description,
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5,
            5, 10]
        });
}
