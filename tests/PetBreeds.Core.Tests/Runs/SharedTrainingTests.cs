using PetBreeds.Distributed;
using PetBreeds.Runtime;
using PetBreeds.Tests.Distributed;
using PetBreeds.Tests.Training;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Heads;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Steps;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Runs;

/// <summary>Several processes train the network that one would train. Here they are threads, so that no MPI is needed.</summary>
public sealed class SharedTrainingTests : IDisposable
{
    private readonly TinyData _data = new();
    private SolvedHead? _solved;

    public void Dispose() => _data.Dispose();

    /// <summary>With frozen norms and no dropout, the photos of a batch do not see each other: only rounding differs.</summary>
    [Theory]
    [InlineData(2, "")]
    [InlineData(3, "")] // shares of 2, 3 and 3 photos
    [InlineData(4, "")]
    [InlineData(2, "weights")]
    [InlineData(3, "balanced")]
    [InlineData(2, "bce ema accumulated")]
    public void Ranks_take_the_steps_of_one_process(int size, string kind)
    {
        var config = Config(kind);
        var expected = Train(config, SingleProcess.Instance);
        var ranks = ThreadGroup.Run(size, group => Train(config, group));
        Assert.True(expected.Steps.Count >= 4);
        foreach (var rank in ranks)
        {
            Assert.Equal(ranks[0].Weights, rank.Weights); // the same bits on all of them
            Assert.Equal(ranks[0].Steps.Select(step => step.Loss), rank.Steps.Select(step => step.Loss));
        }
        Assert.All(expected.Steps.Zip(ranks[0].Steps),
            pair => Assert.InRange(Math.Abs(pair.First.Loss - pair.Second.Loss), 0, 1e-4));
        Assert.Equal(expected.Epochs.Select(epoch => epoch.Error), ranks[0].Epochs.Select(epoch => epoch.Error));
        Assert.All(expected.Epochs.Zip(ranks[0].Epochs),
            pair => Assert.Equal(pair.First.ValidLoss, pair.Second.ValidLoss, 1e-3));
        Assert.InRange(Distance(expected.Weights, ranks[0].Weights), 0, 1e-3);
    }

    /// <summary>The same over many steps; explicit, for it takes minutes.</summary>
    [Theory(Explicit = true)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Fifty_steps_are_those_of_one_process(int size)
    {
        var config = Config("") with { Epochs = 25 };
        var expected = Train(config, SingleProcess.Instance);
        var ranks = ThreadGroup.Run(size, group => Train(config, group));
        Assert.True(expected.Steps.Count >= 50);
        var losses = expected.Steps.Zip(ranks[0].Steps, (one, shared) => Math.Abs(one.Loss - shared.Loss)).Max();
        var weights = Distance(expected.Weights, ranks[0].Weights);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{size} ranks, {expected.Steps.Count} steps: losses differ by at most {losses:0.0e+0}, weights by {weights:0.0e+0} of their norm");
        Assert.InRange(losses, 0, 1e-4);
        Assert.InRange(weights, 0, 1e-3);
    }

    /// <summary>Each rank's norms see its own photos, so the numbers differ, but all ranks still have the same network.</summary>
    [Fact]
    public void Norms_that_learn_are_averaged_over_the_ranks()
    {
        var config = Config("") with { Norms = NormMode.Learn };
        var expected = Train(config, SingleProcess.Instance);
        var ranks = ThreadGroup.Run(2, group => Train(config, group));
        Assert.Equal(ranks[0].Weights, ranks[1].Weights);
        Assert.NotEqual(expected.Weights, ranks[0].Weights);
        Assert.InRange(Distance(expected.Weights, ranks[0].Weights), 1e-6, .05);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void The_head_is_solved_from_the_features_of_all_ranks(int size, bool inFile)
    {
        var config = _data.Pretrained;
        SolvedHead Solve(IProcessGroup group)
        {
            using var session = TrainingSession.Open(config, new SetupProgress(), CancellationToken.None, group: group);
            var start = new HeadStart(session.Model, session.Learner, session.Training, session.Config, session.Options)
            {
                Memory = inFile ? 1 << 19 : 1 << 30
            };
            Assert.Equal(inFile, start.InFile);
            return start.Solve(_ => { }, CancellationToken.None);
        }
        var expected = Solve(SingleProcess.Instance);
        var ranks = ThreadGroup.Run(size, Solve);
        Assert.All(ranks, rank => Assert.Equal(ranks[0].Weight, rank.Weight));
        Assert.Equal((expected.Strength, expected.Photos, expected.Views), (ranks[0].Strength, ranks[0].Photos, ranks[0].Views));
        Assert.InRange(Distance(expected.Weight, ranks[0].Weight), 0, 1e-3); // the batches differ, and so does rounding
    }

    [Fact]
    public void Gradients_exchanged_in_bfloat16_change_the_weights_a_little_and_alike()
    {
        var config = Config("");
        var expected = Train(config, SingleProcess.Instance);
        var exact = ThreadGroup.Run(2, group => Train(config, group));
        var ranks = ThreadGroup.Run(2, group => Train(config with { ReducePrecision = ReducePrecision.BFloat16 }, group));
        Assert.Equal(ranks[0].Weights, ranks[1].Weights);
        Assert.NotEqual(exact[0].Weights, ranks[0].Weights);
        Assert.InRange(Distance(expected.Weights, ranks[0].Weights), 0, .001);
        Assert.All(expected.Steps.Zip(ranks[0].Steps), pair => Assert.Equal(pair.First.Loss, pair.Second.Loss, .02));
    }

    [Fact]
    public void A_rank_that_runs_out_of_memory_makes_all_take_smaller_parts()
    {
        var config = Config("");
        var expected = Train(config, SingleProcess.Instance);
        var ranks = ThreadGroup.Run(2, group => Train(config, group, session =>
        {
            var batches = 0;
            if (group.Rank == 1)
                session.MicroBatches.BeforeForward = photos =>
                {
                    if (photos == 4 && session.Model.training && ++batches == 3)
                        throw new NativeException("CUDA out of memory");
                };
        }));
        Assert.Equal([2, 2], ranks.Select(rank => rank.AtOnce));
        Assert.Equal(ranks[0].Weights, ranks[1].Weights);
        Assert.InRange(Distance(expected.Weights, ranks[0].Weights), 0, 1e-3);
    }

    /// <summary>The others have begun to add: a rank that started over would wait for them forever.</summary>
    [Fact]
    public void Memory_that_runs_out_once_all_have_their_gradients_ends_the_training()
    {
        var config = Config("");
        var error = Assert.Throws<UserException>(() => ThreadGroup.Run(2, group =>
        {
            if (group.Rank == 1)
                ((ThreadGroup)group).BeforeSum = values =>
                {
                    if (values.numel() > 1000)
                        throw new NativeException("CUDA out of memory");
                };
            return Train(config, group);
        }));
        Assert.Contains("too little memory to update the network", error.Message);
    }

    [Fact]
    public void Other_settings_or_photos_on_a_rank_are_an_error_that_names_it()
    {
        var config = Config("");
        var settings = Assert.Throws<UserException>(() => ThreadGroup.Run(3,
            group => Train(config with { WeightDecay = group.Rank == 2 ? .02 : .01 }, group)));
        Assert.Contains("different settings: rank 2 differs from rank 0", settings.Message);
        using var other = new TinyData();
        File.Delete(other.AnyPhoto);
        var photos = Assert.Throws<UserException>(() => ThreadGroup.Run(2,
            group => Train(group.Rank == 1 ? config with { Data = other.Config.Data } : config, group)));
        Assert.Contains("different photos: rank 1 differs from rank 0", photos.Message);
    }

    [Fact]
    public void Batches_too_small_for_the_ranks_are_an_error()
    {
        var config = Config("");
        var error = Assert.Throws<UserException>(() => ThreadGroup.Run(5, group => Train(config, group)));
        Assert.Contains("8 photos per step, shared by 5 processes, are fewer than 2 for each", error.Message);
        Assert.Contains("`batch-size 10`", error.Remedy);
    }

    private TrainOptions Config(string kind)
    {
        var config = _data.Pretrained with { Epochs = kind.Length == 0 ? 2 : 1, Norms = NormMode.Keep, Precision = Precision.Float32 };
        foreach (var word in kind.Split(' '))
            config = word switch
            {
                "weights" => config with { ClassWeights = ClassWeighting.Balanced },
                "balanced" => config with { Sampling = SamplingMode.Balanced },
                "bce" => config with { Loss = LossKind.BinaryCrossEntropy },
                "ema" => config with { Ema = .9 },
                "accumulated" => config with { BatchSize = 4, GradAccum = 2 },
                _ => config,
            };
        return config;
    }

    /// <summary>
    /// All trainings of a test start from the same solved head: where the batches have other sizes, the features differ by rounding, but the
    /// head by a few ten-thousandths, as much as its solver allows.
    /// </summary>
    private Trained Train(TrainOptions config, IProcessGroup group, Action<TrainingSession>? prepare = null)
    {
        using var session = TrainingSession.Open(config, new SetupProgress(), CancellationToken.None, group: group);
        session.Head!.Solved = _solved ??= session.Head.Solve(_ => { }, CancellationToken.None);
        foreach (var dropout in session.Model.modules().OfType<Dropout>())
            dropout.p = 0; // each rank draws its own
        prepare?.Invoke(session);
        var seen = TinyData.Fit(session);
        using var scope = NewDisposeScope();
        float[] weights = [.. session.Model.parameters().Concat(session.Model.buffers())
            .SelectMany(tensor => tensor.detach().to(ScalarType.Float32).reshape(-1).data<float>().ToArray())];
        return new Trained(weights, seen.Steps, seen.Epochs, session.MicroBatches.Size);
    }

    private static double Distance(float[] expected, float[] actual) =>
        Math.Sqrt(expected.Zip(actual, (a, b) => ((double)a - b) * (a - b)).Sum() / expected.Sum(a => (double)a * a));

    private sealed record Trained(float[] Weights, List<StepResult> Steps, List<EpochResult> Epochs, int AtOnce);
}
