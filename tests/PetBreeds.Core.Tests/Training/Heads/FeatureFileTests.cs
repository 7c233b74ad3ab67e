using PetBreeds.Batches;
using PetBreeds.Catalog.Splits;
using PetBreeds.Runtime;
using PetBreeds.Training.Heads;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Training.Heads;

public sealed class FeatureFileTests
{
    private const int Width = 64, Photos = 500, Block = 200; // rows: three blocks, the last one smaller

    [Fact]
    public void Rows_and_their_moments_are_those_that_were_written()
    {
        using var scope = NewDisposeScope();
        var x = Random(Photos, seed: 1).mul(3).add(100); // a mean far from 0, where one pass over squares would lose digits
        using var file = Stored(x);
        var rows = file.First(Photos);
        Assert.Equal([200, 200, 100], Lengths(rows));
        Assert.True(Tensors.Same(x, Whole(rows)));
        var (mean, deviation) = rows.Moments();
        var wide = x.to(ScalarType.Float64);
        Assert.True(tensor(mean).allclose(wide.mean([0]), 1e-6));
        Assert.True(tensor(deviation).allclose(wide.std(0, unbiased: false), 1e-5));
        var z = rows.Standardise(mean, deviation);
        Assert.True(Whole(z).allclose(new TensorFeatures(x).Standardise(mean, deviation).Blocks().Single(), 1e-5, 1e-5));
        long[] some = [0, 1, 2, 499, 5, 199, 200, 201, 3];
        Assert.True(Tensors.Same(x.index_select(0, tensor(some)), Whole(rows.Take(some))));
        Assert.True(Tensors.Same(Whole(z).index_select(0, tensor([200L, 5])), Whole(z.Take(some).Take([6, 4]))));
        Assert.True(rows.IsFinite());
        Assert.Empty(Lengths(rows.Take([])));
    }

    [Fact]
    public void A_number_that_is_not_finite_is_found_in_any_block()
    {
        using var scope = NewDisposeScope();
        var x = zeros(Photos, Width);
        using var file = Stored(x);
        using var bad = zeros(1, Width);
        bad[0, 7] = float.NaN;
        file.Write(Photos - 2, bad);
        Assert.False(file.First(Photos).IsFinite());
        Assert.True(file.First(Photos - 2).IsFinite());
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    public void A_head_solved_from_blocks_is_the_one_solved_in_memory(bool independent, int views)
    {
        using var scope = NewDisposeScope();
        const int Classes = 3;
        int[] labels = [.. Enumerable.Range(0, Photos).Select(i => i % Classes)];
        var index = tensor([.. labels.Select(label => (long)label)]);
        var places = Random(Classes, seed: 2).mul(.3f);
        var x = cat([.. Enumerable.Range(0, views).Select(view => Random(Photos, seed: 3 + view).add(places.index_select(0, index)))]);
        var targets = nn.functional.one_hot(index, Classes).to(ScalarType.Float32);
        var task = new HeadTask(targets, arange(Photos).to(ScalarType.Float32).add(1), independent,
            Folds.Stratify(labels, 3, label => new SeededRandom((ulong)label)));
        Sample[] samples = [.. labels.Select((label, i) => new Sample(i, label, (ulong)i))];
        SolvedHead Solve(FeatureMatrix values) =>
            new HeadSolver(new FeatureSet(values, samples, views), task, _ => { }, TestContext.Current.CancellationToken).Solve();
        using var file = Stored(x);
        var (expected, head) = (Solve(new TensorFeatures(x)), Solve(file.First(x.shape[0])));
        Assert.Equal(expected.Strength, head.Strength);
        Assert.Equal(1, head.OutOfFoldLoss / expected.OutOfFoldLoss, 1e-3);
        Assert.True(head.Converged);
        var (weight, other) = (tensor(expected.Weight), tensor(head.Weight));
        Assert.True(weight.sub(other).norm().item<float>() < 1e-2 * weight.norm().item<float>());
    }

    [Fact]
    public void A_file_that_the_disk_has_no_space_for_is_refused_before_it_is_written()
    {
        var error = Assert.Throws<UserException>(() => new FeatureFile(1L << 42, Width));
        Assert.StartsWith("the disk is too full: ", error.Problem);
        Assert.Contains("for the features of the photos", error.Problem);
        Assert.Contains("PETBREEDS_CACHE", error.Remedy);
        Assert.Empty(Directory.GetFiles(FeatureFile.Folder));
    }

    [Fact]
    public void A_file_that_cannot_be_created_says_what_could_not_be_kept()
    {
        using var folder = new TempFolder();
        var error = Assert.Throws<UserException>(() => new FeatureFile(1, Width, Path.Combine(folder.Path, "missing")));
        Assert.StartsWith("the features of the photos cannot be kept in a file: ", error.Problem);
        Assert.StartsWith(Path.Combine(folder.Path, "missing"), error.Place);
    }

    private static FeatureFile Stored(Tensor x)
    {
        var file = new FeatureFile(x.shape[0], Width) { BlockBytes = Block * Width * sizeof(float) };
        var half = x.shape[0] / 2;
        file.Write(half, x.narrow(0, half, x.shape[0] - half));
        file.Write(0, x.narrow(0, 0, half));
        return file;
    }

    private static Tensor Random(int rows, int seed)
    {
        using var generator = new Generator((ulong)seed);
        return randn([rows, Width], generator: generator);
    }

    private static long[] Lengths(FeatureMatrix rows)
    {
        var lengths = new List<long>();
        foreach (var block in rows.Blocks())
            lengths.Add(block.shape[0]);
        return [.. lengths];
    }

    private static Tensor Whole(FeatureMatrix rows)
    {
        var copies = new List<Tensor> { zeros(0, rows.Width) };
        foreach (var block in rows.Blocks())
            copies.Add(block.clone());
        return cat(copies);
    }
}
