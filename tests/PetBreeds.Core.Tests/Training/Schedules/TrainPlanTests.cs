using PetBreeds.Training.Schedules;
using Xunit;

namespace PetBreeds.Tests.Training.Schedules;

/// <summary>Steps in their epochs and phases. What rates the schedules give is TrainingGoldenTests' matter.</summary>
public sealed class TrainPlanTests
{
    private const int StepsPerEpoch = 4;

    private static readonly IReadOnlyList<PlannedPhase> Plan =
        TrainPlan.Of(FineTune.Phases(epochs: 3, freezeEpochs: 1, rate: 2e-3, groups: 3), StepsPerEpoch);

    [Fact]
    public void Phases_follow_each_other()
    {
        Assert.Equal([(0, 1, 0, 4), (1, 4, 4, 12)], Plan.Select(phase => (phase.FirstEpoch, phase.EndEpoch, phase.FirstStep, phase.Steps)));
    }

    [Theory]
    [InlineData(0, 0, 0, 4)]
    [InlineData(1, 4, 0, 4)]
    [InlineData(1, 7, 3, 1)] // resumed within the epoch
    [InlineData(1, 8, 4, 0)] // trained, but not validated
    [InlineData(3, 13, 1, 3)]
    public void What_is_left_of_an_epoch_follows_from_the_steps(int epoch, int step, int done, int left) =>
        Assert.Equal((done, left), Plan[epoch == 0 ? 0 : 1].Batches(epoch, step));

    [Theory]
    [InlineData(2, 8, 4)]
    [InlineData(3, 12, 2)] // the last epoch is cut short
    [InlineData(3, 13, 1)]
    public void The_last_epoch_may_be_cut_short(int epoch, int step, int left)
    {
        var cut = Plan[1] with { Phase = Plan[1].Phase with { Steps = 10 } };
        Assert.Equal(left, cut.Batches(epoch, step).Left);
    }

    [Fact]
    public void Rates_and_momentum_are_those_of_the_position_in_the_phase()
    {
        var (phase, at) = (Plan[1].Phase, Plan[1].At(step: 7, rateFactor: .1));
        Assert.Equal((7, 1.75), (at.Step, at.Epoch));
        Assert.Equal(phase.MaxLearningRates.Select(max => .1 * phase.Cycle.LearningRate(max, 3.0 / 12)), at.Rates);
        Assert.Equal(phase.Cycle.Momentum(3.0 / 12), at.Momentum);
        Assert.Equal(phase.MaxLearningRates[^1] / phase.Cycle.Div, Plan[1].At(4).Rates[^1], 1e-12); // each phase has a cycle of its own
    }
}
