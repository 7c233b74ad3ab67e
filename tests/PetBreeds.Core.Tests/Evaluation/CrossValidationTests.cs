using PetBreeds.Catalog;
using PetBreeds.Evaluation;
using PetBreeds.Models;
using PetBreeds.Tests.Catalog;
using PetBreeds.Tests.Distributed;
using PetBreeds.Tests.Training;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Losses;
using Xunit;

namespace PetBreeds.Tests.Evaluation;

public sealed class CrossValidationTests : IDisposable
{
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.BinaryCrossEntropy)]
    public void Every_photo_is_answered_by_models_that_have_not_learned_from_it(LossKind loss)
    {
        var config = _data.Config with { Epochs = 2, Lr = 1e-2, Loss = loss };
        var catalog = TrainingData.ReadCatalog(config, new SetupProgress(), CancellationToken.None);
        List<(TrainingSession Session, Recorder Watch)> seen = [];
        var trained = new List<string[]>();
        var result = Run(config, catalog, 3, (_, session) =>
        {
            trained.Add([.. session.Data.Samples(Split.Train).Select(sample => session.Data.Photo(sample).Name)]);
            seen.Add((session, new Recorder()));
            return seen[^1].Watch;
        });

        Assert.Equal(catalog.Items.Select(item => (item.Name, item.Split, catalog.Classes[item.Label])),
            result.Answers.Select(a => (a.Name, a.Split, a.Label)));
        // sigmoids sum to anything
        Assert.Equal(loss == LossKind.CrossEntropy, result.Answers.All(answer => Math.Abs(answer.Probabilities.Sum() - 1) < 1e-4));
        var learning = catalog.Names(Split.Train);
        Assert.All(learning, name => Assert.Equal(2, trained.Count(fold => fold.Contains(name)))); // of three models one has not seen it
        Assert.All(catalog.Names(Split.Valid), name => Assert.DoesNotContain(trained, fold => fold.Contains(name)));

        // What the loop measured on each part after its last epoch is what the answers say.
        Assert.Equal(seen.Select(s => (s.Watch.Epochs[^1].Error, s.Watch.Epochs[^1].ValidLoss)),
            result.Folds.Select(fold => (fold.Error, fold.Loss)));
        var wrong = result.Answers.Where(a => a.Split == Split.Train)
            .Count(a => catalog.Classes[Array.IndexOf(a.Probabilities, a.Probabilities.Max())] != a.Label);
        Assert.Equal(wrong, result.Folds.Sum(fold => fold.Error * fold.Photos), 1e-6);
        Assert.Equal(learning.Length, result.Folds.Sum(fold => fold.Photos));
    }

    [Fact]
    public void Several_processes_train_a_fold_each_and_have_all_results()
    {
        var config = _data.Config with { FreezeEpochs = 0, Epochs = 1 };
        var catalog = TrainingData.ReadCatalog(config, new SetupProgress(), CancellationToken.None);
        var ranks = ThreadGroup.Run(3, group => // the third one has nothing to do
        {
            var (trained, done) = (new List<int>(), new List<int>());
            var result = new CrossValidation(config, catalog, 2).Run((fold, _) =>
            {
                trained.Add(fold);
                return new Recorder();
            }, _ => null, fold => done.Add(fold.Fold), CancellationToken.None, group);
            return (result, trained, done);
        });
        Assert.Equal([[1], [2], []], ranks.Select(rank => rank.trained));
        Assert.Equal([[1, 2], [2, 1], [1, 2]], ranks.Select(rank => rank.done));
        Assert.All(ranks, rank =>
        {
            Assert.Equal([1, 2], rank.result.Folds.Select(fold => fold.Fold));
            Assert.Equal(catalog.Items.Select(item => item.Name), rank.result.Answers.Select(answer => answer.Name));
            Assert.Equal(ranks[0].result.Answers.SelectMany(answer => answer.Probabilities),
                rank.result.Answers.SelectMany(answer => answer.Probabilities));
        });
    }

    [Fact]
    public void Answers_that_are_not_numbers_are_an_error()
    {
        var catalog = TrainingData.ReadCatalog(_data.Config, new SetupProgress(), CancellationToken.None);
        var error = Assert.Throws<UserException>(() =>
            Run(_data.Config with { FreezeEpochs = 0, Epochs = 1 }, catalog, 2, (_, session) => new Recorder
            {
                OnEpoch = _ =>
                {
                    using var noGradients = TorchSharp.torch.no_grad();
                    session.Model.NamedTensors().Single(item => item.Name == "body.conv1.weight").Tensor.fill_(float.NaN);
                },
            }));
        Assert.Equal("the predictions on valid photos are not numbers", error.Problem);
    }

    [Fact]
    public void Names_of_classes_come_back_in_composed_form()
    {
        var file = _data.At("earlier.csv");
        File.WriteAllText(file, "photo,split,label,p:Lo\u0308we,p:b\nx,train,Lo\u0308we,.5,.5\n");
        var (classes, answers) = OutOfFoldFile.Read(file);
        Assert.Equal(("L\u00F6we", "L\u00F6we"), (classes[0], answers.Single().Label));
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
        OutOfFoldAnswer[] answers = [new("-x/y.jpg", Split.Train, "=1+1", [.25f, 1e-9f, .75f]),
            new("it's.jpg", Split.Test, "<script>", [0, 0, 1])];
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

    private static CrossValidated Run(TrainOptions config, PhotoCatalog catalog, int folds,
        Func<int, TrainingSession, IRunObserver> watch) =>
        new CrossValidation(config, catalog, folds).Run(watch, _ => null, _ => { }, CancellationToken.None);
}
