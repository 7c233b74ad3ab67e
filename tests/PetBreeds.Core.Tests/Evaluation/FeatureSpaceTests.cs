using PetBreeds.Evaluation;
using PetBreeds.Models;
using PetBreeds.Runtime;
using Xunit;

namespace PetBreeds.Tests.Evaluation;

public class FeatureSpaceTests
{
    [Fact]
    public void Distances_are_in_deviations_from_the_mean()
    {
        var space = new FeatureSpace([1, 2], [.5f, 4], 2);
        Assert.Equal(0, space.Distance([1, 2]));
        Assert.Equal(Math.Sqrt((9 + 4) / 2.0), space.Distance([2.5f, -6]), 1e-12); // 3 and −2 deviations
        Assert.Throws<ArgumentException>(() => space.Distance([1]));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(250)]
    public void The_limit_is_where_99_of_100_photos_lie_as_the_others_see_them(int photos)
    {
        var values = Random(photos, 5);
        var moments = Moments(values);
        var space = moments.Space(values)!;
        for (var f = 0; f < 5; f++)
        {
            Assert.Equal(values.Average(row => row[f]), space.Mean[f], 1e-5);
            Assert.Equal(Deviation(values, f), space.Deviation[f], 1e-5);
        }
        double[] apart = [.. values.Select((photo, i) => Brute([.. values.Where((_, j) => j != i)], photo, .1 * space.Deviation.Average()))
            .Order()];
        Assert.Equal(apart[(int)Math.Ceiling(.99 * photos) - 1], space.Limit, 1e-5);
        Assert.True(photos > 100 || space.Limit > values.Max(row => space.Distance(row))); // a photo draws the mean to itself
    }

    [Fact]
    public void A_feature_that_hardly_varies_does_not_decide_alone()
    {
        var values = Random(50, 4);
        foreach (var row in values)
            row[3] = 7;
        var space = Moments(values).Space(values)!;
        var varying = Enumerable.Range(0, 3).Sum(f => Deviation(values, f));
        Assert.Equal(.1 * varying / 4, space.Deviation[3], 1e-6);
    }

    [Fact]
    public void Two_photos_or_equal_ones_have_no_space()
    {
        Assert.Null(Moments(Random(2, 4)).Space(Random(2, 4)));
        float[][] equal = [[1, 2], [1, 2], [1, 2], [1, 2]];
        Assert.Null(Moments(equal).Space(equal));
        Assert.Null(new FeatureMoments(2).Space([]));
    }

    [Theory]
    [InlineData(.9, false, .5, false)]
    [InlineData(.4, false, .5, true)]
    [InlineData(.9, true, .5, true)]
    [InlineData(.4, true, 0, false)]
    public void None_is_an_unsure_or_unfamiliar_answer(double probability, bool unfamiliar, double threshold, bool none)
    {
        var answer = new Prediction("a.jpg", [new ClassProbability("cat", probability)], null) { IsUnfamiliar = unfamiliar };
        Assert.Equal(none, answer.IsNoneBelow(threshold));
        Assert.False((answer with { Error = new UserException("broken") }).IsNoneBelow(threshold));
    }

    [Fact]
    public void Unfamiliar_photos_are_rejected_at_any_threshold()
    {
        var collector = new EvaluationCollector(["a", "b"]);
        foreach (var (i, unfamiliar) in new[] { false, false, true, false }.Index())
            collector.Add(MetricsTests.Photo(i, 0), [.9 - i / 10.0, .1 + i / 10.0], unfamiliar);
        var result = collector.Result();
        Assert.Equal((4, 1), (result.Photos, result.Unfamiliar));
        var calibration = new ModelCalibration(1, [.. Enumerable.Repeat(.001, ModelCalibration.Levels)]);
        var rows = RejectionRow.Table(result, unknown: null, calibration);
        Assert.All(rows, row => Assert.Equal(.75, row.Kept));
    }

    [Theory]
    [InlineData(512, 512, 1, 1, true)]
    [InlineData(511, 512, 1, 1, false)]
    [InlineData(512, 3, 1, 1, false)]
    [InlineData(512, 512, 0, 1, false)]
    [InlineData(512, 512, 1, 0, false)]
    [InlineData(512, 512, 1, double.NaN, false)]
    public void A_space_of_a_file_is_checked(int means, int deviations, float deviation, double limit, bool sound)
    {
        var space = new FeatureSpace(new float[means], [.. Enumerable.Repeat(deviation, deviations)], limit);
        var calibration = new ModelCalibration(1, new double[ModelCalibration.Levels]) { FeatureSpace = space };
        Assert.Equal(sound, calibration.IsSound(512));
    }

    private static float[][] Random(int photos, int features)
    {
        var random = new SeededRandom(5);
        return [.. Enumerable.Range(0, photos).Select(_ =>
            Enumerable.Range(0, features).Select(f => (float)(random.NextDouble(-1, 1) * (f + 1) + f)).ToArray())];
    }

    private static FeatureMoments Moments(float[][] photos)
    {
        var moments = new FeatureMoments(photos[0].Length);
        foreach (var photo in photos)
            moments.Add(photo);
        return moments;
    }

    private static double Deviation(float[][] photos, int feature)
    {
        var mean = photos.Average(row => (double)row[feature]);
        return Math.Sqrt(photos.Average(row => Math.Pow(row[feature] - mean, 2)));
    }

    private static double Brute(float[][] others, float[] photo, double least) => Math.Sqrt(photo.Index().Average(entry =>
        Math.Pow((entry.Item - others.Average(row => (double)row[entry.Index])) / Math.Max(least, Deviation(others, entry.Index)), 2)));
}
