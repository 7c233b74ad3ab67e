using SkiaSharp;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>The pictures of show-batch, drawn with no weights at hand and looked at pixel by pixel.</summary>
public sealed class ShowBatchTests(PetBreedsProgram program) : IClassFixture<PetBreedsProgram>
{
    private const int Gap = 16; // units of PhotoGrid, two pixels each
    private const int Header = 44;

    [Fact]
    public void A_batch_is_nine_photos_that_differ()
    {
        using var picture = Draw("batch.png");
        Assert.Equal((Gap + 3 * (180 + Gap)) * 2, picture.Width);
        AllDiffer(picture, 3, 3, 180);
        using var again = Draw("again.png");
        Assert.Equal(File.ReadAllBytes(In("batch.png")), File.ReadAllBytes(In("again.png")));
        Assert.Equal(picture.Height, again.Height);
        using var other = Draw("other.png", "--seed", "7");
        Assert.NotEqual(File.ReadAllBytes(In("batch.png")), File.ReadAllBytes(In("other.png")));
    }

    [Fact]
    public void Count_sets_how_many()
    {
        using var picture = Draw("sixteen.png", "--count", "16");
        Assert.Equal((Gap + 4 * (180 + Gap)) * 2, picture.Width);
        AllDiffer(picture, 4, 4, 180);
    }

    [Fact]
    public void Unique_is_one_photo_in_nine_ways()
    {
        using var picture = Draw("unique.png", "--unique", "--photo", "Domino_Hound_1.jpg");
        Assert.Equal((Gap + 3 * (240 + Gap)) * 2, picture.Width);
        AllDiffer(picture, 3, 3, 240);
    }

    [Fact]
    public void Compare_shows_the_same_photos_two_ways()
    {
        using var picture = Draw("compare.png", "--compare");
        Assert.Equal((Gap + 4 * (240 + Gap)) * 2, picture.Width);
        for (var row = 0; row < 3; row++)
        {
            var (once, chained) = (Cell(picture, 0, row, 3, 240), Cell(picture, 2, row, 3, 240));
            Assert.InRange(picture.Difference(once, chained, 480, 480), .5, 60); // another photo would be further away
            Assert.True(Orange(picture, chained) > Orange(picture, once) + 200, "what was mirrored is outlined at the right alone");
            Assert.InRange(picture.Difference(Cell(picture, 1, row, 3, 240), Cell(picture, 3, row, 3, 240), 480, 480), .5, 60);
        }
    }

    [Fact]
    public void Photos_that_cannot_be_decoded_are_told()
    {
        foreach (var name in new[] { "a/1", "a/2", "b/1", "b/2" })
            program.Write($"broken/{name}.gif", "GIF89a"); // and nothing more
        var outcome = program.Run("show-batch", "--data", "broken", "--unique");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("no photo can be decoded", outcome.Errors);
        Assert.Contains("Check that the files are intact.", outcome.Errors);
    }

    private SKBitmap Draw(string name, params string[] arguments)
    {
        var outcome = program.Run(["show-batch", "--data", "sample", "--presize", "96", "--size", "48", "--out", name, .. arguments]);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        Assert.Equal(name, Path.GetFileName(outcome.Output.Trim()));
        return Pictures.Read(In(name));
    }

    private string In(string name) => Path.Combine(program.Folder, name);

    private static (int X, int Y) Cell(SKBitmap picture, int column, int row, int rows, int side)
    {
        var height = (picture.Height / 2 - Header) / rows;
        return ((Gap + column * (side + Gap)) * 2, (Header + row * height) * 2);
    }

    private static void AllDiffer(SKBitmap picture, int columns, int rows, int side)
    {
        var cells = Enumerable.Range(0, columns * rows).Select(i => Cell(picture, i % columns, i / columns, rows, side)).ToArray();
        for (var i = 0; i < cells.Length; i++)
            for (var j = 0; j < i; j++)
                Assert.True(picture.Difference(cells[i], cells[j], side, side) > 2, $"cells {j} and {i} look alike");
    }

    private static int Orange(SKBitmap picture, (int X, int Y) cell)
    {
        var count = 0;
        for (var y = 0; y < 480; y++)
            for (var x = 0; x < 480; x++)
            {
                var color = picture.GetPixel(cell.X + x, cell.Y + y);
                count += Math.Abs(color.Red - 0xE6) < 24 && Math.Abs(color.Green - 0x9F) < 24 && color.Blue < 40 ? 1 : 0;
            }
        return count;
    }
}
