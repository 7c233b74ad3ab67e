using PetBreeds.Evaluation;
using PetBreeds.Models;
using PetBreeds.Pixels;
using PetBreeds.Tests.Catalog;
using Xunit;

namespace PetBreeds.Tests.Evaluation;

public class CalibrationTests
{
    [Theory]
    [InlineData("sharp")]
    [InlineData("flat")]
    [InlineData("sigmoid")]
    public void Temperature_is_where_scipy_finds_the_lowest_loss(string name)
    {
        var fixture = EvaluationFixture.Named("temperatures", name);
        var independent = fixture.GetProperty("independent").GetBoolean();
        var rows = fixture.Rows("logits64").Select(row => row.Select(z => (float)(z / 64)).ToArray()).ToArray();
        var labels = fixture.Numbers("labels");
        var fit = new TemperatureFit(independent);
        foreach (var (row, label) in rows.Zip(labels))
            fit.Add(row, (int)label);
        Assert.Equal(fixture.Number("temperature"), fit.Temperature, 2e-5 * fixture.Number("temperature"));
        var loss = rows.Zip(labels).Average(p =>
            Activation.Loss(Activation.Probabilities(p.First, fit.Temperature, independent), (int)p.Second, independent));
        Assert.Equal(fixture.Number("nll"), loss, 1e-9);
    }

    [Fact]
    public void Where_every_answer_is_right_the_temperature_stays()
    {
        var fit = new TemperatureFit(independent: false);
        fit.Add([3, 0, 1], 0);
        fit.Add([0, 2, 1], 1);
        Assert.Equal(1, fit.Temperature);
        Assert.Equal(1, new TemperatureFit(independent: true).Temperature);
    }

    [Fact]
    public void Answers_worse_than_chance_get_the_highest_temperature()
    {
        var fit = new TemperatureFit(independent: false);
        fit.Add([3, 0, 1], 1);
        Assert.Equal(ModelCalibration.MaxTemperature, fit.Temperature, 1e-9);
    }

    [Fact]
    public void Sigmoids_may_all_be_low_and_softmax_sums_to_one()
    {
        float[] logits = [-4, -3, -5];
        Assert.Equal(1, Activation.Probabilities(logits, 1, independent: false).Sum(), 1e-12);
        Assert.All(Activation.Probabilities(logits, 1, independent: true), p => Assert.InRange(p, 0, .05));
        Assert.Equal(1 / (1 + Math.Exp(1.5)), Activation.Probabilities(logits, 2, independent: true)[1], 1e-12);
        Assert.Equal(1, Activation.Probabilities([2000, 0], 1, independent: false)[0], 1e-12); // no overflow
    }

    [Fact]
    public void Thresholds_keep_the_wanted_share()
    {
        var result = MetricsTests.Evaluate(EvaluationFixture.Named("cases", "random"));
        var calibration = new ModelCalibration(1, RejectionRow.Thresholds(result));
        Assert.True(calibration.IsSound(512));
        var confidences = Confidences();
        foreach (var share in new[] { .01, .5, .8, .9, .95, .99, 1 })
        {
            var kept = confidences.Count(c => c >= calibration.Threshold(share)) / (double)confidences.Length;
            Assert.InRange(kept, share, share + .02); // 300 photos, several of which may share a bin
        }
    }

    [Fact]
    public void Rejection_table_counts_by_hand()
    {
        var collector = new EvaluationCollector(["a", "b"]);
        // called a: right, right, wrong, right, wrong
        foreach (var (i, (label, p)) in new[] { (0, .95), (0, .9), (1, .85), (0, .7), (1, .6) }.Index())
            collector.Add(MetricsTests.Photo(i, label), [p, 1 - p]);
        var unknown = new ConfidenceHistogram();
        foreach (var p in new[] { .99, .8, .65, .55 })
            unknown.Add(p);
        var rows = RejectionRow.Table(collector.Result(), unknown, calibration: null);
        var eighty = rows.Single(row => row.Chosen == "80% kept");
        Assert.Equal(.7, eighty.Threshold, .003);
        Assert.Equal((.8, .25, .5, .5), (eighty.Kept, eighty.ErrorOfKept, eighty.WrongKept, eighty.UnknownKept!.Value));
        var none = rows.Single(row => row.Chosen == "1% accepted");
        Assert.Equal(0, none.UnknownKept);
        Assert.InRange(none.Threshold, .99, .9999);
    }

    [Fact]
    public void Histogram_tells_sure_from_very_sure()
    {
        var histogram = new ConfidenceHistogram();
        foreach (var p in new[] { .999, .9999, .99999, 1 })
            histogram.Add(p);
        Assert.Equal(3, histogram.AtLeast(histogram.Keeping(.75)));
        Assert.InRange(histogram.Keeping(.5), .9999, .99999);
        Assert.Equal(4, histogram.AtLeast(0));
        Assert.Equal(1, histogram.AtLeast(histogram.Letting(.25)));
    }

    [Fact]
    public void Card_keeps_calibration_and_loss()
    {
        var calibration = new ModelCalibration(1.7, [.. Enumerable.Range(0, 101).Select(i => 1 - i / 100.0)]);
        var card = Card() with { Calibration = calibration, Loss = ModelCard.BinaryCrossEntropy };
        var back = ModelCard.FromMetadata(card.ToMetadata(), "here");
        Assert.Equal(1.7, back.Calibration!.Temperature);
        Assert.Equal(calibration.Thresholds, back.Calibration.Thresholds);
        Assert.True(back.IndependentClasses);
        Assert.Equal(.05, back.Calibration.Threshold(.95), 1e-12);
        Assert.Equal(.04, back.Calibration.Threshold(.951), 1e-12); // rounded so that no less is kept
    }

    [Fact]
    public void A_card_of_the_first_version_is_read()
    {
        var old = Card().ToMetadata().Where(entry => entry.Key != "loss").ToDictionary();
        var card = ModelCard.FromMetadata(old, "here");
        Assert.False(card.IndependentClasses);
        Assert.Null(card.Calibration);
    }

    [Theory]
    [InlineData("loss", "hinge")]
    [InlineData("calibration", "{}")]
    [InlineData("calibration", "null")]
    [InlineData("calibration", "{\"Temperature\":0,\"Thresholds\":[]}")]
    [InlineData("calibration", "{\"Temperature\":1,\"Thresholds\":[1,0]}")]
    public void Damaged_calibration_is_refused(string key, string value) => Assert.Contains("damaged", Assert.Throws<UserException>(() =>
        ModelCard.FromMetadata(new Dictionary<string, string>(Card().ToMetadata()) { [key] = value }, "here")).Message);

    private static ModelCard Card() => new(Architecture.Named("resnet18"), ["a", "b"], new Preprocessing(64, 48, Normalization.ImageNet),
        new Dictionary<string, string>());

    private static double[] Confidences()
    {
        var fixture = EvaluationFixture.Named("cases", "random");
        return [.. fixture.Rows("counts").Select(row => row.Max() / fixture.Number("parts"))];
    }
}
