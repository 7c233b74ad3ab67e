using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Checkpoints;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Schedules;
using Xunit;

namespace PetBreeds.Tests.Training.Configuration;

public class RecipeTests
{
    [Fact]
    public void Chapter_five_is_fastais_fine_tune()
    {
        var config = Recipe.Decide(Given(("recipe", "chapter5")), photos: 391);
        Assert.True(config is { Head: HeadKind.Fastai, Views: 0, Norms: NormMode.Learn, Layers: TrainedLayers.All });
        Assert.Equal((1, 5, "2e-3", 64), (config.FreezeEpochs, config.Epochs, $"{config.Lr}", config.BatchSize));
    }

    [Theory]
    [InlineData(RecipeKind.Auto)]
    [InlineData(RecipeKind.Probe)]
    [InlineData(RecipeKind.Chapter5)]
    public void A_recipe_that_code_names_is_the_one_that_a_flag_names(RecipeKind recipe) => Assert.Equal(
        RecipePlan.Of(Recipe.Decide(Given(("recipe", recipe.Name())), photos: 391)),
        RecipePlan.Of(Recipe.Decide(new TrainOptions { Recipe = recipe }, photos: 391)));

    [Fact]
    public void A_probe_solves_and_trains_nothing()
    {
        var plan = RecipePlan.Of(Recipe.Decide(Given(("recipe", "probe")), photos: 391));
        Assert.True(plan is { Solves: true, Views: 2, AllEpochs: 0 });
    }

    [Theory]
    [InlineData(65, 16, TrainedLayers.Late, NormMode.Keep)]    // 2 steps an epoch
    [InlineData(391, 8, TrainedLayers.Late, NormMode.Keep)]
    [InlineData(1282, 8, TrainedLayers.All, NormMode.Keep)]
    [InlineData(3680, 4, TrainedLayers.All, NormMode.Keep)]
    [InlineData(20000, 4, TrainedLayers.All, NormMode.Learn)]
    public void Auto_goes_by_the_number_of_photos(int photos, int epochs, TrainedLayers layers, NormMode norms)
    {
        var config = Recipe.Decide(new TrainOptions(), photos);
        Assert.True(config is { Head: HeadKind.Linear, Views: 2, FreezeEpochs: 0 });
        Assert.Equal(LearningRate.Slice(3e-5, 3e-4), config.Lr);
        Assert.Equal((epochs, layers, norms), (config.Epochs!.Value, config.Layers!.Value, config.Norms!.Value));
    }

    [Fact]
    public void From_random_weights_all_layers_learn_at_once_at_one_rate()
    {
        var config = Recipe.Decide(new TrainOptions { Weights = InitialWeights.None }, photos: 320);
        Assert.True(config is
        { Head: HeadKind.Fastai, Views: 0, Norms: NormMode.Learn, Layers: TrainedLayers.All, FreezeEpochs: 0 });
        Assert.Equal(2e-3, config.Lr);
    }

    [Fact]
    public void Fastais_head_is_trained_in_a_frozen_epoch_for_it_cannot_be_solved()
    {
        var config = Recipe.Decide(Given(("head", "fastai")), photos: 391);
        Assert.True(config is { Views: 0, FreezeEpochs: 1, Norms: NormMode.Learn });
        Assert.Equal(2e-3, config.Lr);
    }

    [Theory]
    [InlineData("recipe", "epochs")]
    [InlineData("epochs", "recipe")]
    public void Single_settings_win_over_a_recipe_wherever_they_stand(string first, string second)
    {
        var values = new Dictionary<string, string> { ["recipe"] = "chapter5", ["epochs"] = "2" };
        var config = Recipe.Decide(Given((first, values[first]), (second, values[second])), photos: 391);
        Assert.True(config is { Epochs: 2, FreezeEpochs: 1, Head: HeadKind.Fastai });
    }

    [Fact]
    public void Of_two_recipes_the_later_one_counts()
    {
        var config = Given(("recipe", "chapter5"), ("recipe", "probe"));
        Assert.True(config is { Recipe: RecipeKind.Probe, Epochs: 0, Lr: null });
    }

    [Fact]
    public void What_was_decided_repeats_the_run()
    {
        var decided = Recipe.Decide(new TrainOptions(), photos: 391);
        var again = ConfigFile.Apply(new TrainOptions(), Setting.Texts(decided)
            .Select(item => new GivenSetting(item.Key, item.Value, "config.yaml")));
        Assert.Equal(RecipePlan.Of(decided), RecipePlan.Of(Recipe.Decide(again, photos: 100_000)));
    }

    [Fact]
    public void A_checkpoint_from_before_there_were_recipes_goes_on_as_it_began()
    {
        var settings = Setting.Texts(new TrainOptions
        {
            Data = "photos",
            Epochs = 4,
            FreezeEpochs = 1,
            Lr = 1e-3,
            BatchSize = 16
        }.WithFullPaths()).ToDictionary();
        settings.Remove("recipe");
        var run = new RunIdentity(settings, new DataPrint(3, 2, "0"), new StartingWeights(null, null, null), null);
        var config = ResumeCheck.Config(run, []);
        Assert.True(config is
        { Head: HeadKind.Fastai, Views: 0, Norms: NormMode.Learn, Epochs: 4, BatchSize: 16 });
        Assert.Equal(1e-3, config.Lr);
    }

    [Theory]
    [InlineData("a two-layer head can only be trained, not solved", "head=fastai", "views=2")]
    [InlineData("a head cannot be solved on the features of a body with random weights", "weights=none", "head=linear", "views=1")]
    [InlineData("`epochs` and `freeze-epochs` are both 0, and no head is solved: there is nothing to train", "weights=none", "epochs=0")]
    public void What_does_not_fit_together_is_refused(string problem, params string[] settings) =>
        Assert.Equal(problem, Assert.Throws<UserException>(() => Recipe.Decide(
            Given([.. settings.Select(setting => setting.Split('=')).Select(pair => (pair[0], pair[1]))]), photos: 100)).Problem);

    [Fact]
    public void What_is_done_and_why_fits_into_a_line() => Assert.Equal(
        "the head is solved on 2 views of each photo, then 8 epochs with the late layers learning at 3e-5:3e-4, batch norms kept "
            + "(391 photos, 30.1 per class, pretrained weights)",
        Recipe.Describe(Recipe.Decide(new TrainOptions(), photos: 391), photos: 391, classes: 13));

    private static TrainOptions Given(params (string Key, string Value)[] settings) =>
        ConfigFile.Apply(new TrainOptions(), settings.Select(setting => new GivenSetting(setting.Key, setting.Value, $"--{setting.Key}")));
}
