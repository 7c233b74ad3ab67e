using PetBreeds.Reports.Plots;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Reports.Plots;

public class ConfusionPlotTests
{
    private static readonly SKColor Right = SKColor.Parse("#0072B2");

    internal static readonly string[] Breeds =
    [
        "Abyssinian", "american_bulldog", "american_pit_bull_terrier", "basset_hound", "beagle", "Bengal", "Birman", "Bombay", "boxer",
        "British_Shorthair", "chihuahua", "Egyptian_Mau", "english_cocker_spaniel", "english_setter", "german_shorthaired",
        "great_pyrenees", "havanese", "japanese_chin", "keeshond", "leonberger", "Maine_Coon", "miniature_pinscher", "newfoundland",
        "Persian", "pomeranian",
        "pug", "Ragdoll", "Russian_Blue", "saint_bernard", "samoyed", "scottish_terrier", "shiba_inu", "Siamese", "Sphynx",
        "staffordshire_bull_terrier", "wheaten_terrier", "yorkshire_terrier"
    ];

    [Fact]
    public void Thirty_seven_classes_fit_and_the_diagonal_runs_down_from_the_top_left()
    {
        using var files = new ReportFiles();
        var counts = new long[37, 37];
        for (var i = 0; i < 37; i++)
        {
            counts[i, i] = 100 - i;
            counts[i, (i * 7 + 3) % 37] += i % 5;
            counts[i, (i * 11 + 5) % 37] += i == 34 ? 31 : i % 2;
        }

        ConfusionPlot.Save(files.Path("confusion.png"), counts, Breeds);
        using var picture = ReportFiles.Read(files.Path("confusion.png"));
        Assert.InRange(picture.Width, 37 * 52 + 200, 2800);

        // The picture's right margin is 20 units; cells are 26 units: the last diagonal cell ends 40 pixels from the right.
        var (right, cell) = (picture.Width - 40, 52);
        for (var i = 0; i < 37; i++)
        {
            var corner = picture.GetPixel(right - (37 - i) * cell + 5, 96 + i * cell + 5);
            Assert.True(corner.Blue > corner.Red + 60, $"class {i}: {corner}");
        }
    }

    [Fact]
    public void Zeros_are_blank_and_mistakes_are_orange()
    {
        using var files = new ReportFiles();
        ConfusionPlot.Save(files.Path("two.png"), new long[,] { { 9, 1 }, { 0, 10 } }, ["cat", "=dog\nhound"]);
        using var picture = ReportFiles.Read(files.Path("two.png"));
        var x = LeftOf(picture);
        SKColor Cell(int row, int column) => picture.GetPixel(x + column * 88 + 8, 96 + row * 88 + 8);
        Assert.True(ReportFiles.Near(Cell(1, 1), Right, 2), Cell(1, 1).ToString());
        Assert.Equal(SKColors.White, Cell(1, 0));
        Assert.True(Cell(0, 1).Red > Cell(0, 1).Blue + 60, Cell(0, 1).ToString());
        Assert.True(Cell(0, 0).Blue > Cell(0, 0).Red + 60, Cell(0, 0).ToString());
    }

    [Fact]
    public void Many_classes_and_large_counts_are_drawn()
    {
        using var files = new ReportFiles();
        var counts = new long[50, 50];
        for (var i = 0; i < 50; i++)
            counts[i, i] = 123_456;
        string[] names = [.. Enumerable.Range(0, 50).Select(i => $"class number {i} with a very long name that goes on and on and on")];
        ConfusionPlot.Save(files.Path("many.png"), counts, names);
        using var picture = ReportFiles.Read(files.Path("many.png"));
        Assert.InRange(picture.Width, 50 * 52 + 480, 50 * 52 + 640);
        Assert.True(ReportFiles.Count(picture, Right, 2) > 50 * 1000);
    }

    [Theory]
    [InlineData(2, 44)]
    [InlineData(20, 34)]
    [InlineData(37, 26)]
    [InlineData(1000, 4)]
    public void Cells_shrink_as_the_classes_get_more(int classes, float side) => Assert.Equal(side, ConfusionPlot.CellSize(classes));

    [Fact]
    public void Counts_that_do_not_fit_the_names_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ConfusionPlot.Save("x.png", new long[2, 3], ["a", "b"]));
        Assert.Throws<ArgumentException>(() => ConfusionPlot.Save("x.png", new long[0, 0], []));
    }

    // The grid's left edge: the first pixel that is not white in a row that crosses the grid's top line.
    private static int LeftOf(SKBitmap picture) =>
        Enumerable.Range(0, picture.Width).First(x => picture.GetPixel(x, 98) != SKColors.White);
}
