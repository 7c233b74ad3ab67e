using PetBreeds.Reports.Pictures;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Reports.Pictures;

public class PhotoGridTests
{
    [Theory]
    [InlineData("grid.png", 3)]
    [InlineData("grid.jpg", 12)]
    public void Photos_stand_in_rows_with_their_captions_under_them(string name, int distance)
    {
        using var files = new ReportFiles();
        PhotoCell[] cells =
        [
            Plain(200, 100, 200, 30, 30, "staffordshire_bull_terrier", "a name longer than the cell is wide"),
            Plain(100, 200, 30, 160, 30, "pug"),
            Plain(500, 500, 30, 30, 200, "wrong", "0.98") with { CaptionColor = PhotoCell.Wrong },
        ];
        PhotoGrid.Save(files.Path(name), cells, columns: 2, cellSize: 150);
        using var picture = ReportFiles.Read(files.Path(name));

        // 16 + 2·(150+16) wide; 16 + 2·(150 + 6 + 2·17 + 16) high; two pixels a unit.
        Assert.Equal((696, 856), (picture.Width, picture.Height));
        SKColor At(double x, double y) => picture.GetPixel((int)(2 * x), (int)(2 * y));
        Assert.True(ReportFiles.Near(At(16 + 75, 16 + 75), new SKColor(200, 30, 30), distance));
        Assert.True(ReportFiles.Near(At(182 + 75, 16 + 75), new SKColor(30, 160, 30), distance));
        Assert.True(ReportFiles.Near(At(16 + 75, 222 + 75), new SKColor(30, 30, 200), distance));
        Assert.True(ReportFiles.Near(At(16 + 75, 16 + 20), SKColors.White, distance)); // above the wide photo
        Assert.True(ReportFiles.Near(At(182 + 75, 222 + 75), SKColors.White, distance)); // the empty fourth cell
        Assert.True(ReportFiles.Count(picture, new SKColor(192, 74, 0), 60, top: 0.86, right: 0.5) > 60);
        Assert.True(ReportFiles.Count(picture, SKColor.Parse("#222222"), 60, top: 0.38, bottom: 0.48, right: 0.5) > 200);

        // Nothing is written between the cells: a caption is cut before it leaves its own.
        for (var y = 0; y < picture.Height; y++)
            Assert.True(ReportFiles.Near(At(174, y / 2.0), SKColors.White, distance));
    }

    [Fact]
    public void Photos_keep_their_shape()
    {
        Assert.Equal(SKRect.Create(10, 45, 100, 30), PhotoGrid.Fit(100, 30, 10, 10, 100));
        Assert.Equal(SKRect.Create(40, 10, 40, 100), PhotoGrid.Fit(200, 500, 10, 10, 100));
    }

    [Fact]
    public void Bytes_that_do_not_fit_the_size_and_names_that_cannot_be_written_are_refused()
    {
        using var files = new ReportFiles();
        Assert.Throws<ArgumentException>(() => PhotoGrid.Save(files.Path("bad.png"), [new PhotoCell(2, 2, new byte[11], [])]));
        Assert.False(File.Exists(files.Path("bad.png")));
        File.WriteAllText(files.Path("file"), "");
        var error = Assert.Throws<UserException>(() => PhotoGrid.Save(files.Path("file/grid.png"), []));
        Assert.NotNull(error.Remedy);
        PhotoGrid.Save(files.Path("new/folder/empty.png"), [], title: "nothing");
        Assert.True(File.Exists(files.Path("new/folder/empty.png")));
        Assert.Empty(Directory.GetFiles(files.Folder, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_sheet_too_long_for_a_picture_is_refused_before_it_is_drawn()
    {
        using var files = new ReportFiles();
        var photo = Plain(1, 1, 0, 0, 0);
        var error = Assert.Throws<UserException>(() => PhotoGrid.Save(files.Path("long.jpg"), [.. Enumerable.Repeat(photo, 200)], 1, 180));
        Assert.Contains("78432", error.Problem); // (16 + 200·(180 + 16))·2
        Assert.False(File.Exists(files.Path("long.jpg")));
    }

    private static PhotoCell Plain(int width, int height, byte red, byte green, byte blue, params string[] caption) =>
        new(width, height, [.. Enumerable.Range(0, width * height).SelectMany(_ => new[] { red, green, blue })], caption);
}
