using PetBreeds.Catalog;
using PetBreeds.Evaluation;
using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Tests.Catalog;
using PetBreeds.Tests.Training;
using PetBreeds.Training;
using PetBreeds.Training.Steps;
using Xunit;

namespace PetBreeds.Tests.Evaluation;

public sealed class EvaluatorTests(TinyData data) : IClassFixture<TinyData>
{
    private static readonly string[] Classes = ["bluish", "reddish"];

    [Fact]
    public void Measures_what_validation_measured()
    {
        using var session = TinyData.Open(data.Config);
        var validation = Validation.Run(session.Learner, session.Validation, () => { }, CancellationToken.None);
        using var predictor = new Predictor(Save(session), ComputeDevice.Cpu);
        var seen = new List<PhotoResult>();
        var measured = Evaluator.Measure(predictor, Photos(Split.Valid), new EvaluatorOptions(Each: seen.Add), CancellationToken.None);
        Assert.Equal(validation.Error, measured.Result.Error, 1e-12);
        Assert.Equal(validation.Loss, measured.Result.LogLoss, 1e-5);
        Assert.Equal(measured.Result.LogLoss, measured.RawLogLoss, 1e-12);
        Assert.Equal(measured.Result.LogLoss, seen.Average(photo => photo.Loss), 1e-12);
        Assert.Equal(Photos(Split.Valid).Select(photo => photo.Name), seen.Select(photo => photo.Name));
    }

    [Fact]
    public void Calibration_lowers_the_loss_and_moves_no_answer()
    {
        using var session = TinyData.Open(data.Config);
        using var predictor = new Predictor(Save(session), ComputeDevice.Cpu);
        var before = Evaluator.Measure(predictor, Photos(null), new EvaluatorOptions(), CancellationToken.None);
        var after = Evaluator.Calibrate(predictor, Photos(null), new EvaluatorOptions(), CancellationToken.None);
        Assert.NotEqual(1, predictor.Temperature);
        Assert.True(after.Result.LogLoss < before.Result.LogLoss, $"{after.Result.LogLoss} from {before.Result.LogLoss}");
        Assert.Equal(before.Result.LogLoss, after.RawLogLoss, 1e-12);
        Assert.Equal(before.Result.Counts, after.Result.Counts);
        Assert.InRange(after.Result.Unfamiliar, 0, (long)Math.Floor(.01 * after.Result.Photos));
        // the file gave back what it was given
        var again = Evaluator.Measure(predictor, Photos(null), new EvaluatorOptions(), CancellationToken.None);
        Assert.Equal(again.Result.LogLoss, after.Result.LogLoss, 1e-12);
    }

    [Fact]
    public void A_calibrated_file_predicts_with_its_temperature()
    {
        using var session = TinyData.Open(data.Config);
        var path = Save(session, new ModelCalibration(4, [.. Enumerable.Repeat(.5, 101)]));
        using var predictor = new Predictor(path, ComputeDevice.Cpu);
        var answer = predictor.Answers([data.AnyPhoto], cancel: CancellationToken.None).Single();
        var margin = (double)answer.Logits[0] - answer.Logits[1];
        Assert.Equal(1 / (1 + Math.Exp(-margin / 4)), predictor.Probabilities(answer)[0], 1e-9);
        Assert.Equal(1 / (1 + Math.Exp(-margin)), predictor.Probabilities(answer, temperature: 1)[0], 1e-9);
    }

    [Fact]
    public void A_calibrated_file_knows_what_is_unlike_its_photos()
    {
        using var session = TinyData.Open(data.Config);
        using var first = new Predictor(Save(session), ComputeDevice.Cpu);
        var measured = Evaluator.Calibrate(first, Photos(null), new EvaluatorOptions(), CancellationToken.None);
        var calibration = Evaluator.Calibration(first, measured);
        Assert.NotNull(calibration.FeatureSpace);
        using var predictor = new Predictor(Save(session, calibration), ComputeDevice.Cpu);
        var noise = data.At("noise.png");
        using (var bitmap = new SkiaSharp.SKBitmap(64, 64))
        {
            for (var i = 0; i < 64 * 64; i++)
                bitmap.SetPixel(i % 64, i / 64, i * 7919 % 13 < 6 ? SkiaSharp.SKColors.Lime : SkiaSharp.SKColors.Black);
            using var png = bitmap.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(noise, png.ToArray());
        }
        string[] paths = [.. Photos(null).Select(photo => photo.Path), noise];
        var token = TestContext.Current.CancellationToken;
        bool[] unfamiliar = [.. predictor.Predict(paths, cancel: token).Select(answer => answer.IsUnfamiliar)];
        Assert.True(unfamiliar[^1]);
        Assert.InRange(unfamiliar[..^1].Count(each => each), 0, (int)Math.Floor(.01 * (paths.Length - 1)));
        var answers = predictor.Answers(paths, features: true, cancel: token).ToArray();
        Assert.Equal(answers.Select(answer => predictor.Space!.Distance(answer.Features)),
            answers.Select(answer => answer.Distance!.Value));
        Assert.All(predictor.Answers(paths, cancel: token), answer => Assert.Empty(answer.Features));
    }

    [Fact]
    public void A_bce_model_gives_each_class_its_own_probability()
    {
        using var session = TinyData.Open(data.Config);
        using var predictor = new Predictor(Save(session, loss: ModelCard.BinaryCrossEntropy), ComputeDevice.Cpu);
        var answer = predictor.Answers([data.AnyPhoto], cancel: CancellationToken.None).Single();
        Assert.Equal(answer.Logits.Select(z => 1 / (1 + Math.Exp(-(double)z))), predictor.Probabilities(answer), (a, b) =>
            Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void Test_time_augmentation_weighs_as_fastai_does()
    {
        using var session = TinyData.Open(data.Config);
        using var predictor = new Predictor(Save(session), ComputeDevice.Cpu);
        var answer = predictor.Answers([data.AnyPhoto], tta: true, cancel: CancellationToken.None).Single();
        Assert.Equal(4, answer.Augmented.Count);
        Assert.Equal(4, answer.Augmented.Select(logits => logits[0]).Distinct().Count());
        var softmax = answer.Augmented.Append(answer.Logits).Select(logits => 1 / (1 + Math.Exp((double)logits[1] - logits[0]))).ToArray();
        Assert.Equal(.75 * softmax[..4].Average() + .25 * softmax[4], predictor.Probabilities(answer)[0], 1e-9);
        var again = predictor.Answers([data.AnyPhoto], tta: true, cancel: CancellationToken.None).Single();
        Assert.Equal(answer.Augmented, again.Augmented);
    }

    [Fact]
    public void Bad_photos_are_named_and_left_out()
    {
        using var session = TinyData.Open(data.Config);
        using var predictor = new Predictor(Save(session), ComputeDevice.Cpu);
        var bad = data.At("bad.png");
        File.WriteAllText(bad, "no photo");
        PhotoItem[] photos = [.. Photos(Split.Valid)
            .Take(3), new PhotoItem(bad, "bad.png", 0, Split.Valid), .. Photos(Split.Valid).Skip(3)];
        foreach (var measure in new[] { Evaluator.Measure, Evaluator.Calibrate })
        {
            var named = new List<string>();
            var measured = measure(predictor, photos, new EvaluatorOptions(Bad: (photo, _) => named.Add(photo.Name)),
                CancellationToken.None);
            Assert.Equal(["bad.png"], named);
            Assert.Equal((photos.Length - 1, 1), ((int)measured.Result.Photos, measured.LeftOut));
        }
    }

    [Fact]
    public void Photos_of_other_classes_are_refused_and_fewer_classes_are_not()
    {
        var table = data.At("some.csv");
        File.WriteAllText(table, "photo,label\nphotos/reddish/1.png,reddish\nphotos/reddish/2.png,reddish\n");
        var photos = EvaluationPhotos.Read(new CatalogOptions { Data = table }, null, Classes).Photos;
        Assert.Equal([1, 1], photos.Select(photo => photo.Label)); // the model's index, not the table's
        Assert.Contains("reddish", Assert.Throws<UserException>(() =>
            EvaluationPhotos.Read(new CatalogOptions { Data = table }, null, ["bluish", "x"])).Message);
        Assert.Equal(2, EvaluationPhotos.Unknown(table, new CatalogOptions()).Count);
        File.AppendAllText(table, "photos/reddish/99.png,reddish\n");
        Assert.Equal("'photos/reddish/99.png': line 4 of some.csv lists it, but there is no such file (1 such entry)",
            Assert.Throws<UserException>(() => EvaluationPhotos.Read(new CatalogOptions { Data = table }, null, Classes)).Problem);
    }

    [Fact]
    public void A_class_that_the_model_knows_under_another_spelling_is_named()
    {
        var error = Assert.Throws<UserException>(() => EvaluationPhotos.Read(Options, null, ["Bluish", "reddish"]));
        Assert.Equal("the model does not know the class bluish; these look alike but differ: 'Bluish' and 'bluish'", error.Problem);
    }

    [Fact]
    public void What_is_the_matter_with_classes_is_handed_on()
    {
        var empty = Directory.CreateDirectory(Path.Combine(data.Config.Data!, "greenish"));
        try
        {
            Assert.Equal(["greenish"], EvaluationPhotos.Read(Options, null, Classes).Concerns.Single().Names);
        }
        finally
        {
            empty.Delete();
        }
    }

    [Theory]
    [InlineData("Lo\u0308we", "dog", "L\u00F6we")]
    [InlineData("Lo\u0308we", "L\u00F6we", "Lo\u0308we")] // both were learned: they stay two
    public void A_model_of_earlier_gives_its_classes_in_composed_form(string one, string other, string read)
    {
        using var session = TinyData.Open(data.Config);
        var path = data.At($"{Guid.NewGuid():N}.safetensors");
        ModelFile.Save(path, session.Model,
            new ModelCard(session.Model.Body.Plan, [one, other], session.Preprocessing, new Dictionary<string, string>()));
        Assert.Equal([read, other], ModelFile.ReadCard(path).Classes);
    }

    [Fact]
    public void A_split_without_photos_is_an_error() => Assert.Contains("no test photos",
        Assert.Throws<UserException>(() => EvaluationPhotos.Read(Options, Split.Test, Classes)).Message);

    private CatalogOptions Options => TrainingData.CatalogOptions(data.Config, null, CancellationToken.None);

    private IReadOnlyList<PhotoItem> Photos(Split? split) => EvaluationPhotos.Read(Options, split, Classes).Photos;

    private string Save(TrainingSession session, ModelCalibration? calibration = null, string loss = ModelCard.CrossEntropy)
    {
        var path = data.At($"{Guid.NewGuid():N}.safetensors");
        ModelFile.Save(path, session.Model, new ModelCard(session.Model.Body.Plan, session.Catalog.Classes, session.Preprocessing,
            new Dictionary<string, string>())
        { Calibration = calibration, Loss = loss });
        return path;
    }
}
