using System.Text.Json;
using PetBreeds.Training.Losses;
using PetBreeds.Training.Planning;
using PetBreeds.Training.Schedules;
using TorchSharp;
using Xunit;
using AdamW = PetBreeds.Training.Optimizers.AdamW;
using Parameter = TorchSharp.Modules.Parameter;

namespace PetBreeds.Tests.Training.Golden;

/// <summary>Schedules, finder, smoothed loss and optimizer against fastai's own numbers.</summary>
public class TrainingGoldenTests
{
    public static TheoryData<int> Indices(string file) => [.. Enumerable.Range(0, Tests.Golden.Json(file).GetArrayLength())];

    [Theory]
    [MemberData(nameof(Indices), "schedules.json")]
    public void Schedule_equals_fastai_at_every_step(int index)
    {
        var golden = Tests.Golden.Json("schedules.json")[index];
        var groups = golden.GetProperty("groups").GetInt32();
        var perEpoch = golden.GetProperty("steps_per_epoch").GetInt32();
        var expected = golden.GetProperty("steps").EnumerateArray().ToArray();
        var step = 0;
        foreach (var phase in Phases(golden.GetProperty("args"), groups))
        {
            var total = phase.Epochs * perEpoch;
            for (var i = 0; i < total; i++, step++)
            {
                var position = (double)i / total;
                for (var group = 0; group < groups; group++)
                {
                    AssertRelative(expected[step].GetProperty("lr")[group].GetDouble(),
                        phase.Cycle.LearningRate(phase.MaxLearningRates[group], position), 1e-5);
                    AssertRelative(expected[step].GetProperty("mom")[group].GetDouble(), phase.Cycle.Momentum(position), 1e-5);
                }
                Assert.Equal(expected[step].GetProperty("frozen_groups").GetInt32() > 0, phase.Frozen);
            }
        }
        Assert.Equal(expected.Length, step);
    }

    [Theory]
    [MemberData(nameof(Indices), "lr_suggestions.json")]
    public void Suggestions_equal_fastai_exactly(int index)
    {
        var golden = Tests.Golden.Json("lr_suggestions.json")[index];
        var rates = Floats(golden.GetProperty("lrs"));
        var losses = Floats(golden.GetProperty("losses"));
        var expected = golden.GetProperty("suggestions");
        Assert.Equal(expected.GetProperty("valley").GetSingle(), LearningRateSuggestions.Valley(rates, losses));
        Assert.Equal(expected.GetProperty("slide").GetSingle(), LearningRateSuggestions.Slide(rates, losses));
        Assert.Equal(expected.GetProperty("minimum").GetSingle(), LearningRateSuggestions.Minimum(rates, losses) / 10);
        Assert.Equal(expected.GetProperty("steep").GetSingle(), LearningRateSuggestions.Steep(rates, losses));
    }

    [Fact]
    public void Smoothed_loss_equals_fastai()
    {
        var golden = Tests.Golden.Json("smooth_loss.json");
        var smoothed = new SmoothedLoss(golden.GetProperty("beta").GetDouble());
        foreach (var (raw, expected) in Floats(golden.GetProperty("raw")).Zip(Floats(golden.GetProperty("smoothed"))))
            AssertRelative(expected, smoothed.Add(raw), 1e-5);
    }

    [Fact]
    public void A_curve_that_suggests_nothing_has_no_valley()
    {
        var curve = new LearningRateCurve([1e-7, 1.2e-7], [1, 9], [1, 5], LearningRateSuggestions.All([1e-7, 1.2e-7], [1, 5], 100));
        Assert.Empty(curve.Suggestions);
        Assert.Equal("the learning-rate finder's curve is too short to read a rate off",
            Assert.Throws<UserException>(() => curve.Valley).Problem);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Adam_equals_fastai(bool fused)
    {
        var golden = Tests.Golden.Json("adam.json");
        var start = golden.GetProperty("start");
        using var weight = new Parameter(Tensors.Of(start.GetProperty("weight")));
        using var bias = new Parameter(Tensors.Of(start.GetProperty("bias")));
        var decay = golden.GetProperty("hyper").GetProperty("wd").GetDouble();
        using var adam = new AdamW([[("weight", weight), ("bias", bias)]], decay, fused);
        foreach (var step in golden.GetProperty("steps").EnumerateArray())
        {
            weight.grad = Tensors.Of(step.GetProperty("grad").GetProperty("weight"));
            bias.grad = Tensors.Of(step.GetProperty("grad").GetProperty("bias"));
            adam.Step([step.GetProperty("lr").GetDouble()], step.GetProperty("mom").GetDouble());
            Assert.True(torch.allclose(Tensors.Of(step.GetProperty("after").GetProperty("weight")), weight, 1e-6, 1e-6));
            Assert.True(torch.allclose(Tensors.Of(step.GetProperty("after").GetProperty("bias")), bias, 1e-6, 1e-6));
        }
    }

    private static IReadOnlyList<Phase> Phases(JsonElement args, int groups)
    {
        double? Number(string name) => args.TryGetProperty(name, out var value) ? value.GetDouble() : null;
        var epochs = args.GetProperty("epochs").GetInt32();
        if (args.GetProperty("method").GetString() == "fine_tune")
            return FineTune.Phases(epochs, (int)(Number("freeze_epochs") ?? 1), Number("base_lr") ?? FineTune.DefaultRate, groups);
        var rates = Number("lr_max_all_groups") is { } all ? LearningRates.Same(all, groups)
            : Number("lr_max_last_group_only") is { } last ? LearningRates.LastAndTenth(last, groups)
            : LearningRates.Spread(Number("lr_min")!.Value, Number("lr_max")!.Value, groups);
        return [new Phase(false, epochs, rates, new OneCycle(PctStart: .25))];
    }

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetSingle())];

    private static void AssertRelative(double expected, double actual, double tolerance) =>
        Assert.InRange(actual, expected - Math.Abs(expected) * tolerance, expected + Math.Abs(expected) * tolerance);
}
