using System.Runtime.InteropServices;
using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels;
using PetBreeds.Runtime;
using PetBreeds.Training.Optimizers;
using PetBreeds.Training.Schedules;
using PetBreeds.Training.Steps;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using AdamW = PetBreeds.Training.Optimizers.AdamW;
using BatchNorm = PetBreeds.Models.BatchNorm;

namespace PetBreeds.Tests.Training;

/// <summary>The smallest network with the kinds of layers a ResNet has. float32 [N,3,8,8] → [N,2].</summary>
internal sealed class TinyNet : Module<Tensor, Tensor>
{
    private readonly Conv2d conv = Conv2d(3, 6, 3, bias: false);
    private readonly BatchNorm? norm;
    private readonly Linear linear = Linear(6, 2, hasBias: false);

    public TinyNet(bool batchNorm = true) : base(nameof(TinyNet))
    {
        norm = batchNorm ? new BatchNorm(6) : null;
        RegisterComponents();
        using var noGradients = no_grad();
        using var random = new Generator(5); // of its own: tests beside this one draw from the shared one
        foreach (var weight in parameters().Where(parameter => parameter.dim() > 1))
            weight.copy_(randn(weight.shape, generator: random).MulInPlace(.3));
    }

    /// <summary>Multiplies the gradient, not the logits, so that it overflows.</summary>
    public bool Overflow { get; set; }

    public BatchNorm Norm => norm!;

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = conv.forward(input);
        x = (norm is null ? x : norm.forward(x)).relu().mean([2, 3]);
        var logits = linear.forward(x).to(ScalarType.Float32);
        if (Overflow)
            logits = logits.Add((logits - logits.detach()).Mul(1e32));
        return logits.MoveToOuterDisposeScope();
    }
}

/// <summary>Steps of a tiny network on bright and dark squares.</summary>
internal sealed class TinySteps : IDisposable
{
    private readonly BatchTransform _transform = new(8, Normalization.ImageNet);
    private readonly Learner _learner;
    private readonly TrainStep _step;
    private readonly AdamW _optimizer;
    private int _count;

    public TinySteps(Precision precision = Precision.Float32, bool batchNorm = true, int microBatchSize = 16, LoopOptions? options = null)
    {
        options ??= new LoopOptions();
        Net = new TinyNet(batchNorm);
        MicroBatches = new MicroBatches(microBatchSize);
        _optimizer = new AdamW([[.. Net.named_parameters()]], .01);
        _learner = new Learner(Net, new Compute(CPU, precision, false), _transform, MicroBatches, options);
        _step = new TrainStep(_learner, _optimizer, options);
        Net.train();
    }

    public TinyNet Net { get; }

    public MicroBatches MicroBatches { get; }

    public GradientScaler? Scaler => _step.Scaler;

    /// <summary>The next step: its loss, and whether its update was skipped.</summary>
    public (float Loss, bool Skipped) Next(int photos = 16)
    {
        using var batch = Batch(photos, _count++);
        using var outcome = _step.Run(batch, Plan);
        return (outcome.Values[0].item<float>(), outcome.Values[1].item<float>() != 0);
    }

    /// <summary>A step whose outcome nobody reads.</summary>
    public void NextUnread(Batch batch) => _step.Run(batch, Plan).Dispose();

    private static StepPlan Plan { get; } = new(1, 0, [1e-2], Momentum: .9);

    public static Batch Batch(int photos, int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var pixels = new byte[photos * 8 * 8 * 3];
        long[] labels = [.. Enumerable.Range(0, photos).Select(i => (long)(i % 2))];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(random.NextInt(200) + 40 * labels[i / 192]);
        return new Batch(tensor(pixels, [photos, 8, 8, 3]), tensor(labels), [.. labels.Select(label => new Sample(0, (int)label, 0))],
            [.. labels.Select(_ => AugmentParams.Identity)]);
    }

    public void Dispose()
    {
        _step.Dispose();
        _learner.Dispose();
        _optimizer.Dispose();
        _transform.Dispose();
        Net.Dispose();
    }
}

/// <summary>As TorchSharp reports what went wrong in libtorch.</summary>
internal sealed class NativeException(string message) : ExternalException(message);
