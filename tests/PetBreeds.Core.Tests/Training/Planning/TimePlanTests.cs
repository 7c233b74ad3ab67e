using PetBreeds.Models;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Planning;
using Xunit;

namespace PetBreeds.Tests.Training.Planning;

public sealed class TimePlanTests(TinyData data) : IClassFixture<TinyData>
{
    /// <summary>Ten steps of half a second or one second, and a validation of two: 7 s a frozen epoch, 12 s another.</summary>
    private static readonly Pace Pace = new(.5, 1, 2);

    [Theory]
    [InlineData(100, 1, 1, 7, null, 91)] // 97 s: 7 + 7 · 12 = 91, 6 left
    [InlineData(100, 3, 3, 6, null, 93)]
    [InlineData(60, 1, 1, 4, null, 55)] // 58.2 s: 7 + 4 · 12 = 55
    [InlineData(40, 1, 1, 3, 25, 38)] // 38.8 s: 7, 2 epochs of 12, and 5 steps more with 2 s of validation
    [InlineData(12, 1, 0, 1, 9, 11)] // a frozen epoch would take more than half of 11.64 s
    [InlineData(20, 5, 1, 1, null, 19)] // 19.4 s: exactly an epoch
    [InlineData(4, 1, 0, 1, 1, 3)]
    public void As_many_epochs_as_fit(int seconds, int freezeAsked, int freeze, int epochs, int? steps, double expected)
    {
        var plan = TimePlan.Of(TimeSpan.FromSeconds(seconds), Pace, 10, freezeAsked);
        Assert.Equal((freeze, epochs), (plan.FreezeEpochs, plan.Epochs));
        Assert.Equal(steps, plan.Steps);
        Assert.Equal(expected, plan.Seconds, 1e-9);
        Assert.InRange(plan.Seconds, 0, seconds);
    }

    [Fact]
    public void Presizing_takes_its_share_and_too_little_time_is_said()
    {
        Assert.Equal(5, TimePlan.Of(TimeSpan.FromSeconds(100), Pace with { Once = 30 }, 10, 0).Epochs);
        var error = Assert.Throws<UserException>(() => TimePlan.Of(TimeSpan.FromSeconds(3), Pace, 10, 1));
        Assert.Contains("3 s is not enough: preparation takes 0 s here, a step 1.0 s", error.Message);
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("10m", 600)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5h", 5400)]
    [InlineData("1h2m3s", 3723)]
    public void Times_are_read(string text, double seconds) => Assert.Equal(seconds, TimeText.Parse(text)!.Value.TotalSeconds, 1e-9);

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("m")]
    [InlineData("-10m")]
    [InlineData("0s")]
    [InlineData("1,5h")]
    [InlineData("30m1h")]
    [InlineData("999999999h")]
    [InlineData("1d")]
    public void Others_are_not(string text) => Assert.Null(TimeText.Parse(text));

    [Fact]
    public void A_shortened_epoch_ends_the_cycle()
    {
        using var session = TinyData.Open(data.Config with { FreezeEpochs = 1, Epochs = 2, Steps = 6 });
        var watch = TinyData.Fit(session);
        Assert.Equal(10, watch.Steps.Count); // 4 frozen, 4 and 2
        Assert.Equal(3, watch.Epochs.Count);
        var phase = watch.Phases[1];
        Assert.Equal(phase.Cycle.LearningRate(phase.MaxLearningRates[^1], 5.0 / 6), watch.Steps[^1].LearningRate, 1e-12);
        using var other = TinyData.Open(data.Config with { Epochs = 2, Steps = 9 });
        Assert.Contains("9 steps are not 2 epochs of 4 steps", Assert.Throws<UserException>(() => other.Phases()).Message);
    }

    [Fact]
    public void Planning_leaves_the_model_as_it_was_and_the_plan_repeats_the_run()
    {
        using var session = TinyData.Open(data.Config with { Time = TimeSpan.FromSeconds(20) });
        var before = session.Model.NamedTensors().ToDictionary(item => item.Name, item => item.Tensor.detach().clone());
        var plan = TimePlanner.Plan(session, CancellationToken.None)!;
        Assert.All(session.Model.NamedTensors(), item => Assert.True(Tensors.Same(item.Tensor, before[item.Name]), item.Name));
        Assert.Equal((plan.Epochs, plan.FreezeEpochs, plan.Steps, null),
            (session.Config.Epochs, session.Config.FreezeEpochs, session.Config.Steps, session.Config.Time));
        Assert.InRange(plan.Seconds, 1, 20);
        Assert.NotEmpty(session.Phases());
        using var plain = TinyData.Open(data.Config);
        Assert.Null(TimePlanner.Plan(plain, CancellationToken.None));
    }

    /// <summary>numpy.std([.1, .3, .2], ddof=1) is .1.</summary>
    [Fact]
    public void Spread_is_the_samples()
    {
        var spread = PetBreeds.Evaluation.Spread.Of([.1, .3, .2]);
        Assert.Equal(.2, spread.Mean, 1e-12);
        Assert.Equal(.1, spread.Deviation, 1e-12);
    }
}
