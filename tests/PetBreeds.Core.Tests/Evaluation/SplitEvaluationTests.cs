using PetBreeds.Evaluation;
using Xunit;

namespace PetBreeds.Tests.Evaluation;

public class SplitEvaluationTests
{
    [Fact]
    public void Counts_by_hand()
    {
        // Actual a: right, taken for b. Actual b: right, right. Class c has no photo and is predicted once for b.
        var evaluation = SplitEvaluation.Of(["a", "b", "c"],
        [
            (0, [.8f, .1f, .1f]), (0, [.2f, .7f, .1f]), (1, [.1f, .8f, .1f]), (1, [.3f, .4f, .3f]), (1, [.1f, .2f, .7f]),
        ]);
        Assert.Equal(5, evaluation.Photos);
        Assert.Equal(.6, evaluation.Accuracy, 1e-12);
        Assert.Equal(.4, evaluation.Error, 1e-12);
        Assert.Equal(1, evaluation.TopFiveAccuracy);
        Assert.Equal((1.0, .5), (evaluation.PerClass[0].Precision, evaluation.PerClass[0].Recall));
        Assert.Equal(2.0 / 3, evaluation.PerClass[1].Precision, 1e-12);
        Assert.Equal(0, evaluation.PerClass[2].Precision);
        Assert.True(double.IsNaN(evaluation.PerClass[2].Recall));
        Assert.Equal([("a", "b", 1L), ("b", "c", 1L)], evaluation.MostConfused);
    }

    [Fact]
    public void Top_five_is_not_top_one()
    {
        var evaluation = SplitEvaluation.Of(["a", "b", "c", "d", "e", "f"], [(5, [.3f, .2f, .2f, .15f, .1f, .05f]), (4, [.3f, .2f, .2f, .15f, .1f, .05f])]);
        Assert.Equal(0, evaluation.Accuracy);
        Assert.Equal(.5, evaluation.TopFiveAccuracy);
    }
}
