using PetBreeds.Evaluation.Cleaning;
using Xunit;

namespace PetBreeds.Tests.Evaluation.Cleaning;

/// <summary>
/// Against the paper's equations in NumPy 1.24:
/// <code>
/// rng=np.random.RandomState(7); n,k=24,3
/// y=rng.randint(0,k,n); y[:3]=[0,1,2]
/// p=rng.dirichlet(np.ones(k),n); p=np.round(p,3); p[:,2]=np.round(1-p[:,0]-p[:,1],3)
/// t=np.array([p[y==j,j].mean() for j in range(k)])
/// for i in range(n): ok=np.where(p[i]>=t)[0]; conf=ok[np.argmax(p[i][ok])] if len(ok) else -1; C[y[i],conf]+=conf>=0
/// </code>
/// </summary>
public class ConfidentLearningTests
{
    private static readonly int[] Labels = [0, 1, 2, 0, 1, 2, 0, 1, 2, 2, 2, 0, 2, 0, 0, 0, 0, 2, 2, 0, 0, 1, 0, 0];

    private static readonly float[][] Probabilities =
    [
        [.153f, .699f, .148f], [.521f, .052f, .427f], [.72f, .154f, .126f], [.58f, .282f, .138f], [.142f, .205f, .653f],
        [.319f, .241f, .44f],
        [.9f, .056f, .044f], [.07f, .633f, .297f], [.097f, .738f, .165f], [.085f, .669f, .246f], [.284f, .242f, .474f], [.416f,
            .456f, .128f],
        [.236f, .5f, .264f], [.38f, .288f, .332f], [.172f, .786f, .042f], [.269f, .209f, .522f], [.085f, .325f, .59f], [.295f,
            .497f, .208f],
        [.023f, .058f, .919f], [.218f, .486f, .296f], [.1f, .304f, .596f], [.098f, .24f, .662f], [.263f, .05f, .687f], [.23f, .073f, .697f],
    ];

    private readonly ConfidentLearning _fit = ConfidentLearning.Fit(Labels, Probabilities, 3);

    [Fact]
    public void Thresholds_are_the_mean_self_confidence()
    {
        double[] expected = [.31383333333333335, .2825, .35525];
        foreach (var (value, threshold) in expected.Zip(_fit.Thresholds))
            Assert.Equal(value, threshold, 1e-6);
    }

    [Fact]
    public void Photos_count_for_the_most_probable_class_above_its_threshold() => Assert.Equal(
        [1, 0, 0, 0, 2, 2, 0, 1, 1, 1, 2, 1, 1, 0, 1, 2, 2, 1, 2, 1, 2, 2, 2, 2],
        Probabilities.Select(p => _fit.ConfidentClass(p) ?? -1));

    [Fact]
    public void The_joint_is_the_papers() => Assert.Equal([3, 4, 5, 1, 1, 2, 1, 4, 3], _fit.Joint(Labels, Probabilities).Cast<int>());

    [Fact]
    public void A_class_is_passed_by_where_its_threshold_is_not_reached_though_it_is_the_most_probable()
    {
        var fit = ConfidentLearning.Fit([0, 0, 1, 1], [[.9f, .1f], [.9f, .1f], [.7f, .3f], [.7f, .3f]], 2);
        Assert.Equal(1, fit.ConfidentClass([.6f, .4f])); // .6 is less than .9 of its own photos, .4 more than the .3 of the other's
        Assert.Null(fit.ConfidentClass([.75f, .25f]));
    }

    [Fact]
    public void A_class_without_photos_counts_none()
    {
        var fit = ConfidentLearning.Fit([0, 1], [[.5f, .4f, .1f], [.3f, .6f, .1f]], 3);
        Assert.Equal(double.PositiveInfinity, fit.Thresholds[2]);
        Assert.Null(fit.ConfidentClass([0, 0, 1]));
    }
}
