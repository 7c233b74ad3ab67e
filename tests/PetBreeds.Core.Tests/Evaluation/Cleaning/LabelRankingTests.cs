using PetBreeds.Catalog;
using PetBreeds.Evaluation;
using PetBreeds.Evaluation.Cleaning;
using Xunit;

namespace PetBreeds.Tests.Evaluation.Cleaning;

public sealed class LabelRankingTests : IDisposable
{
    private static readonly string[] Classes = ["cat", "dog"];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_least_sure_label_comes_first_and_the_unknown_last()
    {
        // Classes in another order than the catalog's; a photo without an answer; one of another split, judged by the thresholds of
        // training photos.
        var file = Write(["dog", "cat"], ("a1", 0, [.2f, .8f]), ("a2", 0, [.1f, .9f]), ("wrong", 0, [.9f, .1f]), ("b1", 1, [.7f, .3f]),
            ("b2", 1, [.8f, .2f]),
            ("unsure", 1, [.45f, .55f]), ("valid", 1, [.05f, .95f]));
        var ranked = LabelRanking.ByConfidentLearning(
            [Photo("b1", 1), Photo("unknown", 1), Photo("a1", 0), Photo("wrong", 0), Photo("a2", 0), Photo("b2", 1), Photo("unsure", 1),
                Photo("valid", 1, Split.Valid)],
            Classes, file);
        // Thresholds: cat (.8 + .9 + .1) / 3 = .6, dog (.7 + .8 + .45) / 3 = .65. The unsure photo reaches neither.
        Assert.Equal(["valid", "wrong", "unsure", "b1", "a1", "b2", "a2", "unknown"], ranked.Select(photo => photo.Photo.Name));
        Assert.Equal([true, true, false, false, false, false, false, false], ranked.Select(photo => photo.Suspect));
        Assert.Equal((1, .9, .1), (ranked[1].Predicted, Math.Round(ranked[1].Probability, 6), Math.Round(ranked[1].LabelProbability, 6)));
        Assert.Equal(-1, ranked[^1].Predicted);
    }

    /// <summary>What confident learning doubts is marked, but the label's probability alone sorts: it finds more flipped labels.</summary>
    [Fact]
    public void A_label_that_is_not_doubted_may_come_before_one_that_is()
    {
        string[] classes = ["x", "y", "z"];
        var file = Path.Combine(_folder.Path, "three.csv");
        (string Name, int Label, float[] P)[] answers =
        [
            ("x1", 0, [.9f, .05f, .05f]), ("x2", 0, [.5f, .25f, .25f]), ("y1", 1, [.1f, .52f, .38f]), ("y2", 1, [.2f, .3f, .5f]),
            ("z1", 2, [.3f, .3f, .4f]), ("z2", 2, [.65f, .2f, .15f]),
        ];
        OutOfFoldFile.Write(file, classes, answers.Select(a => new OutOfFoldAnswer(a.Name, Split.Train, classes[a.Label], a.P)));
        var ranked = LabelRanking.ByConfidentLearning([.. answers.Select(a => Photo(a.Name, a.Label))], classes, file);
        // Thresholds: x .7, y .41, z .275. z2 reaches none of them; y2 reaches z's.
        Assert.Equal([("z2", false), ("y2", true), ("z1", false), ("x2", false), ("y1", false), ("x1", false)],
            ranked.Select(photo => (photo.Photo.Name, photo.Suspect)));
    }

    [Fact]
    public void Labels_are_those_of_now_and_not_of_the_file()
    {
        var file = Write(Classes, ("a", 0, [.9f, .1f]), ("b", 1, [.1f, .9f]), ("c", 1, [.8f, .2f]));
        // c was put right meanwhile
        var ranked = LabelRanking.ByConfidentLearning([Photo("a", 0), Photo("b", 1), Photo("c", 0)], Classes, file);
        Assert.DoesNotContain(ranked, photo => photo.Suspect);
    }

    /// <summary>As after a cleaning that gave all photos of a class another label.</summary>
    [Fact]
    public void A_class_without_answers_is_never_the_models_choice()
    {
        var ranked = LabelRanking.ByConfidentLearning([Photo("a", 0), Photo("b", 1), Photo("c", 2)], [.. Classes, "tabby"],
            Write(Classes, ("a", 0, [.9f, .1f]), ("b", 1, [.1f, .9f]), ("c", 0, [.8f, .2f])));
        Assert.Equal(["c", "a", "b"], ranked.Select(photo => photo.Photo.Name));
        Assert.Equal((0, 0.0), (ranked[0].Predicted, ranked[0].LabelProbability));
    }

    [Fact]
    public void Answers_about_other_photos_are_refused()
    {
        var file = Write(Classes, ("a", 0, [.9f, .1f]), ("b", 1, [.1f, .9f]));
        Assert.Contains("predictions for any of these photos", Assert.Throws<UserException>(() =>
            LabelRanking.ByConfidentLearning([Photo("c", 0)], Classes, file)).Message);
        Assert.Contains("predictions for any of these photos", Assert.Throws<UserException>(() =>
            LabelRanking.ByConfidentLearning([Photo("a", 0)], ["fish", "bird"], file)).Message);
    }

    private static PhotoItem Photo(string name, int label, Split split = Split.Train) => new("/" + name, name, label, split);

    private string Write(string[] classes, params (string Name, int Label, float[] P)[] answers)
    {
        var file = Path.Combine(_folder.Path, "out-of-fold.csv");
        OutOfFoldFile.Write(file, classes, answers.Select(a => new OutOfFoldAnswer(a.Name, Split.Train, Classes[a.Label], a.P)));
        return file;
    }
}
