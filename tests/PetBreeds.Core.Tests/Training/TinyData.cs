using PetBreeds.Models;
using PetBreeds.Models.Weights;
using PetBreeds.Runtime;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Heads;
using PetBreeds.Training.Schedules;
using PetBreeds.Training.Steps;
using SkiaSharp;
using TorchSharp;

namespace PetBreeds.Tests.Training;

/// <summary>A folder of small pictures in two classes, and a configuration that trains on them in a second.</summary>
public sealed class TinyData : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("petbreeds-tiny-").FullName;

    public TinyData()
    {
        for (var i = 0; i < 20; i++)
        {
            Draw("reddish", i, new SKColor(200, (byte)(i * 3), 40));
            Draw("bluish", i, new SKColor(40, (byte)(i * 3), 200));
        }
    }

    /// <summary>
    /// float32, for what is fast (auto) differs between processors; PETBREEDS_TEST_PRECISION=bf16 shows what holds in half precision, too.
    /// </summary>
    private static readonly Precision Precision =
        EnumNames.Named<Precision>(Environment.GetEnvironmentVariable("PETBREEDS_TEST_PRECISION") ?? "fp32")!.Value;

    public TrainOptions Config => new()
    {
        Data = Path.Combine(_folder, "photos"),
        Architecture = Architecture.ResNet18,
        Weights = InitialWeights.None,
        Presize = 40,
        Size = 32,
        BatchSize = 8,
        Epochs = 1,
        FreezeEpochs = 1,
        Device = ComputeDevice.Cpu,
        Precision = Precision,
        Seed = 3,
    };

    /// <summary>The same from a file of weights, as if they were pretrained: then the head is solved.</summary>
    public TrainOptions Pretrained => Config with { Weights = InitialWeights.File(WriteWeights()), Epochs = null, FreezeEpochs = null };

    public string At(string name) => Path.Combine(_folder, name);

    public string AnyPhoto => At(Path.Combine("photos", "bluish", "3.png"));

    internal static TrainingSession Open(TrainOptions config) => TrainingSession.Open(config, new SetupProgress(), CancellationToken.None);

    /// <summary>Trains as a command would.</summary>
    internal static Recorder Fit(TrainingSession session, Recorder? watch = null, int? readEvery = null)
    {
        watch ??= new Recorder();
        using var optimizer = session.NewOptimizer();
        using var trainer = new Trainer(session.Learner, session.Model, optimizer, session.Training, session.Validation,
            session.Options with { ReadEvery = readEvery ?? session.Options.ReadEvery }, head: session.Head);
        trainer.Fit(session.Phases(), watch, CancellationToken.None);
        return watch;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string WriteWeights()
    {
        var path = At("weights.safetensors");
        if (File.Exists(path))
            return path;
        using var random = new RandomState(seed: 5);
        using var body = Architecture.Named("resnet18").CreateBody(null);
        SafeTensors.Write(path, body.NamedTensors(), new Dictionary<string, string>());
        return path;
    }

    /// <summary>Draws from a seed and leaves torch's random numbers as they were.</summary>
    private sealed class RandomState : IDisposable
    {
        private readonly torch.Tensor _before = torch.get_rng_state();

        public RandomState(long seed) => torch.manual_seed(seed);

        public void Dispose()
        {
            torch.set_rng_state(_before);
            _before.Dispose();
        }
    }

    private void Draw(string label, int i, SKColor color)
    {
        var random = new SeededRandom((ulong)i);
        using var bitmap = new SKBitmap(60, 45 + i);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.Gray);
        using var paint = new SKPaint { Color = color };
        canvas.DrawCircle(20 + random.NextInt(20), 20, 12, paint);
        var path = At(Path.Combine("photos", label, $"{i}.png"));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = File.Create(path);
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
    }
}

/// <summary>Keeps what a run reports.</summary>
internal sealed class Recorder : IRunObserver
{
    public List<Phase> Phases { get; } = [];

    public List<StepResult> Steps { get; } = [];

    public List<EpochResult> Epochs { get; } = [];

    public List<string> Problems { get; } = [];

    public List<(SolvedHead Head, EpochResult Start)> Solved { get; } = [];

    public Action<HeadProgress>? OnSolving { get; init; }

    public Action<Phase>? OnPhase { get; init; }

    public Action<StepResult>? OnStep { get; init; }

    public Action<EpochResult>? OnEpoch { get; init; }

    public void Solving(HeadProgress progress) => OnSolving?.Invoke(progress);

    public void HeadSolved(SolvedHead head, EpochResult start) => Solved.Add((head, start));

    public void PhaseStarted(Phase phase)
    {
        Phases.Add(phase);
        OnPhase?.Invoke(phase);
    }

    public void StepDone(StepResult step)
    {
        Steps.Add(step);
        OnStep?.Invoke(step);
    }

    public void Recovered(string problem, TrainState state) => Problems.Add(problem);

    public void EpochDone(EpochResult epoch)
    {
        Epochs.Add(epoch);
        OnEpoch?.Invoke(epoch);
    }
}
