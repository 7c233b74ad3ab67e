using PetBreeds.Catalog;
using PetBreeds.Tests.Catalog;
using PetBreeds.Training;
using Xunit;

namespace PetBreeds.Tests.Training;

public sealed class CrossValidationTests : IDisposable
{
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("ce")]
    [InlineData("bce")]
    public void Every_photo_is_answered_by_models_that_have_not_learned_from_it(string loss)
    {
        var config = _data.Config with { Epochs = 2, Lr = "1e-2", Loss = loss };
        var catalog = TrainingData.ReadCatalog(config, new SetupProgress(), CancellationToken.None);
        List<(TrainingSession Session, Recorder Watch)> seen = [];
        var trained = new List<string[]>();
        var result = Run(config, catalog, 3, (_, session) =>
        {
            trained.Add([.. session.Data.Samples(Split.Train).Select(sample => session.Data.Photo(sample).Name)]);
            seen.Add((session, new Recorder()));
            return seen[^1].Watch;
        });

        Assert.Equal(catalog.Items.Select(item => (item.Name, item.Split, catalog.Classes[item.Label])), result.Answers.Select(a => (a.Name, a.Split, a.Label)));
        Assert.Equal(loss == "ce", result.Answers.All(answer => Math.Abs(answer.Probabilities.Sum() - 1) < 1e-4)); // sigmoids sum to anything
        var learning = catalog.Names(Split.Train);
        Assert.All(learning, name => Assert.Equal(2, trained.Count(fold => fold.Contains(name)))); // of three models one has not seen it
        Assert.All(catalog.Names(Split.Valid), name => Assert.DoesNotContain(trained, fold => fold.Contains(name)));

        // What the loop measured on each part after its last epoch is what the answers say.
        Assert.Equal(seen.Select(s => (s.Watch.Epochs[^1].Error, s.Watch.Epochs[^1].ValidLoss)), result.Folds.Select(fold => (fold.Error, fold.Loss)));
        var wrong = result.Answers.Where(a => a.Split == Split.Train).Count(a => catalog.Classes[Array.IndexOf(a.Probabilities, a.Probabilities.Max())] != a.Label);
        Assert.Equal(wrong, result.Folds.Sum(fold => fold.Error * fold.Photos), 1e-6);
        Assert.Equal(learning.Length, result.Folds.Sum(fold => fold.Photos));
    }

    [Fact]
    public void Mean_and_deviation_are_those_of_a_sample()
    {
        FoldResult[] folds = [new(1, 10, .1, 0), new(2, 10, .2, 0), new(3, 10, .6, 0)];
        var result = new CrossValidated(folds, []);
        Assert.Equal(.3, result.MeanError, 1e-12);
        Assert.Equal(.26457513, result.ErrorDeviation, 1e-8); // numpy.std([.1, .2, .6], ddof=1)
    }

    [Fact]
    public void Answers_come_back_from_their_file()
    {
        string[] classes = ["=1+1", "a,\"b\"", "<script>"];
        OutOfFoldAnswer[] answers = [new("-x/y.jpg", Split.Train, "=1+1", [.25f, 1e-9f, .75f]), new("it's.jpg", Split.Test, "<script>", [0, 0, 1])];
        var file = _data.At("out-of-fold.csv");
        OutOfFoldFile.Write(file, classes, answers);
        var (read, back) = OutOfFoldFile.Read(file);
        Assert.Equal(classes, read);
        Assert.Equal(answers.Select(a => (a.Name, a.Split, a.Label)), back.Select(a => (a.Name, a.Split, a.Label)));
        Assert.Equal(answers.SelectMany(a => a.Probabilities), back.SelectMany(a => a.Probabilities));
    }

    [Theory]
    [InlineData("photo,label\n")]
    [InlineData("photo,split,label,p:a,p:b\nx,train,a,.5,two\n")]
    [InlineData("photo,split,label,p:a,p:b\nx,never,a,.5,.5\n")]
    [InlineData("photo,split,label,p:a,p:b\nx,train,a,.5\n")]
    [InlineData("photo,split,label,p:a,p:b\nx,train,a,NaN,.5\n")]
    public void A_damaged_file_is_an_error(string text)
    {
        var file = _data.At("out-of-fold.csv");
        File.WriteAllText(file, text);
        Assert.Contains("cannot be read", Assert.Throws<UserException>(() => OutOfFoldFile.Read(file)).Message);
    }

    private static CrossValidated Run(TrainConfig config, PhotoCatalog catalog, int folds, Func<int, TrainingSession, IRunObserver> watch) =>
        new CrossValidation(config, catalog, folds).Run(watch, _ => null, _ => { }, CancellationToken.None);
}
