using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;
using PetBreeds.Catalog.Sample;
using PetBreeds.Runtime;
using Xunit;

namespace PetBreeds.Tests.Catalog;

public sealed class SampleTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("petbreeds-sample-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    private string Folder => Path.Combine(root, "sample");

    [Fact]
    public void The_same_seed_draws_the_same_bytes_and_another_seed_others()
    {
        foreach (var breed in SampleBreed.All)
        {
            var first = SampleArtist.DrawJpeg(breed, 42, 3);
            Assert.Equal(first, SampleArtist.DrawJpeg(breed, 42, 3));
            Assert.NotEqual(first, SampleArtist.DrawJpeg(breed, 43, 3));
            Assert.NotEqual(first, SampleArtist.DrawJpeg(breed, 42, 4));
        }
    }

    [Fact]
    public void Photos_vary_in_size_and_format()
    {
        var sizes = Enumerable.Range(1, 24).Select(i =>
        {
            using var photo = SampleArtist.Draw(SampleBreed.All[i % 10], 1, i);
            return (photo.Width, photo.Height);
        }).ToList();
        Assert.All(sizes, s => Assert.InRange(Math.Max(s.Width, s.Height), 320, 640));
        Assert.All(sizes, s => Assert.InRange(Math.Min(s.Width, s.Height), 200, 545));
        Assert.True(sizes.Distinct().Count() > 20);
        Assert.Contains(sizes, s => s.Width < s.Height);
        Assert.Contains(sizes, s => s.Width > s.Height);
    }

    /// <summary>Breeds differ in colour where the animal is: a check that the animal was drawn, and in its own coat.</summary>
    [Fact]
    public void The_animal_is_in_the_middle_of_the_photo_in_the_colour_of_its_breed()
    {
        var orange = Redness("Marmalade_Tabby");
        Assert.True(orange > Redness("Cinder_Tabby") + 30, "a marmalade cat is redder than a grey one");
        Assert.True(orange > Redness("Snowdrop_Spitz") + 30, "a marmalade cat is redder than a white dog");
    }

    [Fact]
    public void Breeds_are_named_in_ordinal_order_and_share_traits()
    {
        Assert.Equal(10, SampleBreed.All.Count);
        Assert.Equal(SampleBreed.All.Select(b => b.Name).Order(StringComparer.Ordinal), SampleBreed.All.Select(b => b.Name));
        Assert.All(Enum.GetValues<Ears>(), ears => Assert.Contains(SampleBreed.All, b => b.Ears == ears));
        Assert.All(Enum.GetValues<CoatPattern>(), pattern => Assert.Contains(SampleBreed.All, b => b.Pattern == pattern));
        Assert.Contains(SampleBreed.All.GroupBy(b => b.Pattern), g => g.Count() > 1);
    }

    [Fact]
    public void A_data_set_is_drawn_once_and_reads_as_a_catalog()
    {
        var reports = new List<(int Done, int Total)>();
        var progress = new Sink(report => { lock (reports) { reports.Add(report); } });
        Assert.Equal(Folder, Ensure(Folder, 42, 3, progress));
        Assert.Equal(Enumerable.Range(1, 30), reports.Select(r => r.Done).Order());
        Assert.Contains("Synthetic", File.ReadAllText(Path.Combine(Folder, "SYNTHETIC.txt")));
        var catalog = PhotoCatalogReader.Read(new CatalogOptions { Data = Folder });
        Assert.Equal(SampleBreed.All.Select(b => b.Name), catalog.Classes);
        Assert.Equal((20, 10), (catalog.Of(Split.Train).Count, catalog.Of(Split.Valid).Count));
        Assert.Equal(SampleArtist.DrawJpeg(SampleBreed.All[4], 42, 2),
            File.ReadAllBytes(Path.Combine(Folder, "images", "Marmalade_Tabby_2.jpg")));

        var written = File.GetLastWriteTimeUtc(Path.Combine(Folder, "SYNTHETIC.txt"));
        Ensure(Folder, 42, 3, progress);
        Assert.Equal((30, written), (reports.Count, File.GetLastWriteTimeUtc(Path.Combine(Folder, "SYNTHETIC.txt"))));
        Assert.Equal([Folder], Directory.GetFileSystemEntries(root));
    }

    [Fact]
    public void A_folder_with_anything_else_is_left_alone()
    {
        Ensure(Folder, 42, 2);
        Assert.Contains("a sample data set with another seed", Assert.Throws<UserException>(() => Ensure(Folder, 43, 2)).Message);
        Assert.Contains("a sample data set with another seed", Assert.Throws<UserException>(() => Ensure(Folder, 42, 3)).Message);
        var mine = Directory.CreateDirectory(Path.Combine(root, "mine")).FullName;
        File.WriteAllText(Path.Combine(mine, "diary.txt"), "dear diary");
        Assert.Contains("the folder is not empty and does not contain a sample data set",
            Assert.Throws<UserException>(() => Ensure(mine, 42, 2)).Message);
        Assert.Equal("dear diary", File.ReadAllText(Path.Combine(mine, "diary.txt")));
        Assert.Contains("1 pictures per breed were requested", Assert.Throws<UserException>(() => Ensure(Folder, 42, 1)).Message);
    }

    [Fact]
    public void Cancelling_leaves_nothing_behind()
    {
        using var stop = new CancellationTokenSource();
        var progress = new Sink(_ => stop.Cancel());
        Assert.Throws<OperationCanceledException>(() => SampleDataSet.Ensure(Folder, 42, 40, progress, stop.Token));
        Assert.Empty(Directory.GetFileSystemEntries(root));
    }

    [Fact]
    public async Task Two_at_once_end_with_one_data_set()
    {
        Directory.CreateDirectory(Folder); // an empty folder is as good as none
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Ensure(Folder, 7, 2))));
        Assert.All(both, folder => Assert.Equal(Folder, folder));
        Assert.Equal(20, Directory.GetFiles(Path.Combine(Folder, "images")).Length);
        Assert.Equal([Folder], Directory.GetFileSystemEntries(root));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error()
    {
        var file = Path.Combine(root, "file");
        File.WriteAllText(file, "");
        Assert.Contains("cannot be written", Assert.Throws<UserException>(() =>
            Ensure(Path.Combine(file, "sample"), 42, 2)).Message);
    }

    private static string Ensure(string folder, int seed, int perClass, IProgress<(int Done, int Total)>? progress = null) =>
        SampleDataSet.Ensure(folder, seed, perClass, progress, TestContext.Current.CancellationToken);

    /// <summary>Mean of red minus blue in the middle quarter of ten photos.</summary>
    private static double Redness(string name)
    {
        var breed = SampleBreed.All.Single(b => b.Name == name);
        return Enumerable.Range(1, 10).Average(number =>
        {
            using var photo = SampleArtist.Draw(breed, 42, number);
            var middle = from y in Enumerable.Range(photo.Height * 3 / 8, photo.Height / 4)
                         from x in Enumerable.Range(photo.Width * 3 / 8, photo.Width / 4)
                         select photo.GetPixel(x, y);
            return middle.Average(c => c.Red - c.Blue);
        });
    }

    /// <summary>Reports on the caller's thread (Progress posts them elsewhere, later).</summary>
    private sealed class Sink(Action<(int Done, int Total)> report) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => report(value);
    }
}
