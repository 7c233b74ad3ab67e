using System.Diagnostics;
using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using PetBreeds.Training.Optimizers;
using static TorchSharp.torch;

namespace PetBreeds.Training.Benchmarks;

/// <summary>
/// Times each stage of a training step on its own. Every figure is the median of several runs, in milliseconds per photo.
/// </summary>
internal sealed class StageClock(TrainingSession session, AdamW optimizer, Batch resident)
{
    private const int Photos = 24;
    private const int Runs = 5;

    public IReadOnlyList<BenchStage> Measure(double bound, CancellationToken cancel)
    {
        var cores = (double)Environment.ProcessorCount;
        var (decode, presize) = Presizing(cancel);
        var read = Reading();
        var onCpu = DeviceTraits.Of(session.Device).IsCpu;
        var augment = onCpu ? AugmentOnCore() : AugmentOnDevice();
        var (forward, backward, update) = Step(cancel);
        return
        [
            Stage("decode", decode, cores, true),
            Stage("presize", presize, cores, true),
            Stage("read", read, cores, false),
            Stage("augment", augment, onCpu ? cores : 1, false),
            Stage("forward", forward, 1, false),
            Stage("backward", backward, 1, false),
            Stage("optimizer", update, 1, false),
        ];

        BenchStage Stage(string name, double milliseconds, double workers, bool once) =>
            new(name, milliseconds, 1000 * workers / milliseconds, milliseconds / workers * bound / 1000, once);
    }

    private (double Decode, double Presize) Presizing(CancellationToken cancel)
    {
        using var alone = new SingleThreadedTorch();
        List<double> decode = [], presize = [];
        foreach (var sample in resident.Samples.Take(Photos))
        {
            cancel.ThrowIfCancellationRequested();
            var path = session.Data.Photo(sample).Path;
            var file = Presizer.ReadFile(path);
            RgbImage? image = null;
            decode.Add(Time(() => image = PhotoDecoder.Default.Decode(file, path, session.Config.Presize)));
            presize.Add(Time(() => Presizer.Resize(image!, session.Config.Presize, static (_, _, pixels) => pixels.Length)));
        }
        return (decode.Average(), presize.Average()); // photos differ in size
    }

    private double Reading()
    {
        var form = new WindowForm(session.Config.Presize, pinned: false);
        using var one = form.Allocate(1);
        return Median(resident.Samples.Take(Photos).Select(sample => Time(() => session.Data.Read(sample,
            (width, height, pixels) => form.Write(pixels, (width, height), AugmentParams.Identity, one, 0)))));
    }

    private double AugmentOnCore()
    {
        var form = new InputForm(new PhotoTransform(session.Config.Size, session.Preprocessing.Normalization));
        using var one = form.Allocate(1);
        return Median(resident.Samples.Zip(resident.Draws).Take(Photos).Select(item => Time(() => session.Data.Read(item.First,
            (width, height, pixels) => form.Write(pixels, (width, height), item.Second, one, 0)))));
    }

    private double AugmentOnDevice()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var there = resident.Pixels.to(session.Device);
        return Median(Enumerable.Range(0, Runs).Select(_ => Time(() =>
        {
            using var inner = NewDisposeScope();
            session.Transform.Apply(there, resident.Draws);
            Synchronize();
        }))) / resident.Count;
    }

    private (double Forward, double Backward, double Update) Step(CancellationToken cancel)
    {
        List<double> forward = [], backward = [], update = [];
        double[] rates = [.. Enumerable.Repeat(0.0, optimizer.Groups)];
        var photos = Math.Min(resident.Count, session.MicroBatches.Size);
        using var outer = NewDisposeScope();
        var input = session.Transform.Input(resident, session.Device);
        for (var run = 0; run < Runs; run++)
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Tensor? loss = null;
            var part = resident with { Pixels = input };
            forward.Add(Time(() => loss = session.Learner.Loss(part, 0, photos)));
            backward.Add(Time(loss!.backward));
            update.Add(Time(() => optimizer.Step(rates, .9)));
            optimizer.ZeroGradients();
        }
        return (Median(forward) / photos, Median(backward) / photos, Median(update) / resident.Count);
    }

    private double Time(Action work)
    {
        var clock = Stopwatch.StartNew();
        work();
        Synchronize();
        return clock.Elapsed.TotalMilliseconds;
    }

    private void Synchronize() => DeviceTraits.Of(session.Device).Synchronize();

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
