using System.Text.Json;
using PetBreeds.Catalog;
using PetBreeds.Evaluation;
using PetBreeds.Runtime;
using PetBreeds.Tests.Catalog;
using Xunit;

namespace PetBreeds.Tests.Evaluation;

public class MetricsTests
{
    public static TheoryData<string> Cases =>
        [.. EvaluationFixture.Json.GetProperty("cases").EnumerateArray().Select(entry => entry.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equal_scikit_learn(string name)
    {
        var expected = EvaluationFixture.Named("cases", name);
        var actual = Evaluate(expected);
        Same(expected.Number("accuracy"), actual.Accuracy);
        Same(1 - expected.Number("accuracy"), actual.Error);
        Same(expected.Number("top5"), actual.TopFiveAccuracy);
        Same(expected.Number("mean_class_accuracy"), actual.MeanClassAccuracy);
        Same(expected.Number("macro_f1"), actual.MacroF1);
        Same(expected.Number("log_loss"), actual.LogLoss);
        Same(expected.Number("ece"), actual.Calibration.Error);
        Same(expected.Numbers("interval"), [actual.ErrorInterval.Low, actual.ErrorInterval.High]);
        Same(expected.Rows("confusion").SelectMany(row => row), actual.Counts.Cast<long>().Select(count => (double)count));
        Same(expected.Numbers("support"), actual.PerClass.Select(row => (double)row.Support));
        Same(expected.Numbers("precision"), actual.PerClass.Select(row => ZeroIfNone(row.Precision)));
        Same(expected.Numbers("recall"), actual.PerClass.Select(row => ZeroIfNone(row.Recall)));
        Same(expected.Numbers("f1"), actual.PerClass.Select(row => ZeroIfNone(row.F1)));
    }

    [Fact]
    public void A_class_without_photos_or_calls_has_no_number()
    {
        var result = Evaluate(EvaluationFixture.Named("cases", "classes missing"));
        Assert.True(double.IsNaN(result.PerClass[3].Recall) && result.PerClass[3].Precision == 0, "no photos, but called");
        Assert.True(double.IsNaN(result.PerClass[6].Precision) && result.PerClass[6].Recall == 0, "photos, but never called");
    }

    [Fact]
    public void Error_interval_is_wilsons()
    {
        foreach (var entry in EvaluationFixture.Json.GetProperty("wilson").EnumerateArray())
        {
            var interval = ErrorInterval.Wilson(entry.GetProperty("wrong").GetInt64(), entry.GetProperty("photos").GetInt64());
            Same(entry.Numbers("interval"), [interval.Low, interval.High]);
        }
    }

    [Fact]
    public void Paired_test_is_mcnemars()
    {
        foreach (var entry in EvaluationFixture.Json.GetProperty("mcnemar").EnumerateArray())
        {
            var pair = new PairedComparison(100, entry.GetProperty("first").GetInt64(), entry.GetProperty("second").GetInt64(), 7);
            Assert.Equal(entry.Number("p"), pair.PValue, Math.Max(1e-20, 1e-9 * entry.Number("p")));
        }
        Assert.False(new PairedComparison(100, 40, 55, 7).Differ);
        Assert.True(new PairedComparison(100, 40, 61, 7).Differ);
        Assert.Equal(-.1, new PairedComparison(10, 2, 5, 13).Difference, 1e-12);
    }

    [Fact]
    public void Highest_losses_and_surest_mistakes_are_kept()
    {
        var collector = new EvaluationCollector(["a", "b", "c"], keep: 2);
        double[] sureA = [.9, .06, .04], fairA = [.6, .3, .1], b = [.2, .7, .1];
        foreach (var (i, (label, row)) in new[] { (0, fairA), (0, sureA), (1, fairA), (1, sureA), (2, sureA), (2, fairA), (0, b) }.Index())
            collector.Add(Photo(i, label), row);
        var result = collector.Result();
        Assert.Equal(["4", "3"], result.TopLosses.Select(photo => photo.Name));
        Assert.Equal([(1, 0, 2L), (2, 0, 2L), (0, 1, 1L)], result.MostConfused.Select(pair => (pair.Actual, pair.Predicted, pair.Count)));
        Assert.Equal(["3", "2"], result.MostConfused[0].Examples.Select(photo => photo.Name));
        Assert.Equal("1", result.Typical[0]!.Name);
        Assert.Null(result.Typical[1]);
        Assert.Equal(-Math.Log(.04), result.TopLosses[0].Loss, 1e-12);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Answers_that_are_no_numbers_are_refused(double value)
    {
        var error = Assert.Throws<UserException>(() => new EvaluationCollector(["a", "b"]).Add(Photo(1, 0), [value, .5]));
        Assert.Contains("not a number", error.Message);
    }

    [Fact]
    public void Nothing_measured_is_an_error() => Assert.Equal("no photo could be read, so there is nothing to evaluate",
        Assert.Throws<UserException>(() => new EvaluationCollector(["a", "b"]).Result()).Problem);

    internal static PhotoItem Photo(int i, int label) => new($"/photos/{i}.jpg", $"{i}", label, Split.Valid);

    internal static SplitEvaluation Evaluate(JsonElement fixture)
    {
        var collector = new EvaluationCollector(
            [.. Enumerable.Range(0, fixture.GetProperty("classes").GetInt32()).Select(i => $"class {i}")]);
        var parts = fixture.Number("parts");
        foreach (var (i, row) in fixture.Rows("counts").Index())
            collector.Add(Photo(i, (int)fixture.Numbers("labels")[i]), [.. row.Select(count => count / parts)]);
        return collector.Result();
    }

    private static double ZeroIfNone(double value) => double.IsNaN(value) ? 0 : value;

    private static void Same(double expected, double actual) => Assert.Equal(expected, actual, 1e-12);

    private static void Same(IEnumerable<double> expected, IEnumerable<double> actual)
    {
        Assert.Equal(expected.Count(), actual.Count());
        foreach (var (e, a) in expected.Zip(actual))
            Same(e, a);
    }
}
