using System.Text;
using PetBreeds.Catalog.Files;
using PetBreeds.Catalog.Reading;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Tests.Pixels;
using Xunit;

namespace PetBreeds.Tests.Catalog.Files;

public sealed class FileKindTests : IDisposable
{
    private readonly PhotoFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>First bytes, as Latin-1.</summary>
    [Theory]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0mif1heic", "HEIC")]
    [InlineData("\0\0\0\u0018ftypmif1\0\0\0\0mif1heic", "HEIC")]
    [InlineData("\0\0\0\u001cftypmif1\0\0\0\0mif1avifmiaf", "AVIF")]
    [InlineData("\0\0\0\u0018ftypavis\0\0\0\0avismsf1", "AVIF")]
    [InlineData("\0\0\0\u0018ftypcrx \0\0\0\u0001crx isom", "camera raw (Canon CR3)")]
    [InlineData("\0\0\0\u000cJXL \r\n\u0087\n", "JPEG XL")]
    [InlineData("\u00FF\n\u00FA\u0001", "JPEG XL")]
    [InlineData("\0\0\0\u000cjP  \r\n\u0087\n", "JPEG 2000")]
    [InlineData("8BPS\0\u0001", "Photoshop (PSD)")]
    [InlineData("II*\0\u0010\0\0\0CR\u0002\0", "camera raw (Canon CR2)")]
    [InlineData("FUJIFILMCCD-RAW 0201", "camera raw (Fujifilm RAF)")]
    [InlineData("IIRO\u0008\0\0\0", "camera raw (Olympus ORF)")]
    [InlineData("II+\0\u0008\0\0\0", "BigTIFF")]
    [InlineData("\u0089PNG\r\n\u001a\n\0\0\0\u0004CgBI\u0050\0\u0020\u0002", "PNG optimised by Xcode (CgBI)")]
    [InlineData("<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\">", "SVG")]
    [InlineData("P6\n96 72\n255\n", "PNM")]
    public void Pictures_that_are_not_read_have_a_name(string latin1, string name)
    {
        var start = Encoding.Latin1.GetBytes(latin1);
        Assert.Equal(new FileKind(name, FileSort.Picture), FileKind.Of(start));
        Assert.Equal($"of an unsupported kind: {name}", FileKind.Of(start).WhyNot);
        Assert.Equal($"the file is of an unsupported kind: {name}", Refusal(start));
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 46830\n", "Git LFS pointer (run git lfs pull)")]
    [InlineData("/annex/objects/SHA256E-s46830--4d.jpg\n", "git-annex pointer (run git annex get)")]
    [InlineData("../../.git/annex/objects/x1/2y/SHA256E-s46830--4d.jpg/SHA256E-s46830--4d.jpg", "git-annex pointer (run git annex get)")]
    [InlineData("\n<!DOCTYPE html><title>404</title>", "web page")]
    [InlineData("<head></head><HTML>", "web page")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "file of nothing but zero bytes")]
    [InlineData("", "file of 0 bytes")]
    [InlineData("\0\0\0\u0018ftypmp42\0\0\0\0mp42isom", "video (MP4 or QuickTime)")]
    [InlineData("%PDF-1.7\n", "PDF document")]
    [InlineData("PK\u0003\u0004", "ZIP archive")]
    [InlineData("\u00EF\u00BF\u00BDPNG\r\n", "PNG that was converted as text")]
    public void Other_files_have_one_too(string latin1, string name)
    {
        var kind = FileKind.Of(Encoding.Latin1.GetBytes(latin1));
        Assert.Equal(FileSort.NoPicture, kind.Sort);
        Assert.Equal($"not a photo but a {name}", kind.WhyNot);
    }

    [Theory]
    [InlineData("a,b\n1,2\n")]
    [InlineData("BMW makes cars.")]
    [InlineData("\u0001\u0002\u0003")]
    public void Text_and_unknown_files_are_no_photo(string latin1) =>
        Assert.Equal("not a photo", FileKind.Of(Encoding.Latin1.GetBytes(latin1)).WhyNot);

    /// <summary>The second field of a BMP is reserved, and some programs write into it.</summary>
    [Fact]
    public void Bitmap_with_its_reserved_field_filled_is_one() =>
        Assert.Equal("BMP", FileKind.Of([.. "BM"u8, 0x36, 0x10, 0, 0, 1, 0, 0, 0, 0x36, 0, 0, 0, 40, 0, 0, 0]).Name);

    /// <summary>DNG has a tag of its own; other raw files name the camera and hold a directory below the first.</summary>
    [Theory]
    [InlineData(new ushort[] { 0xC612 }, "camera raw (DNG)")]
    [InlineData(new ushort[] { 0x010F, 0x014A }, "camera raw")]
    [InlineData(new ushort[] { 0x0100, 0x010F }, "TIFF")]
    public void Raw_files_are_told_from_TIFF(ushort[] tags, string name)
    {
        byte[] entries = [.. tags.SelectMany(tag => (byte[])[(byte)tag, (byte)(tag >> 8), 3, 0, 1, 0, 0, 0, 0, 0, 0, 0])];
        Assert.Equal(name, FileKind.Of([.. "II*\0"u8, 8, 0, 0, 0, (byte)tags.Length, 0, .. entries]).Name);
    }

    [Theory]
    [InlineData(0xC1, 12, "12-bit JPEG")]
    [InlineData(0xC3, 8, "lossless JPEG")]
    [InlineData(0xF7, 8, "JPEG-LS")]
    [InlineData(0xC5, 8, "hierarchical JPEG")]
    public void Jpegs_that_are_not_read_have_a_name(byte marker, byte bits, string name)
    {
        var jpeg = Photos.Encode(Photos.Quarters(), SkiaSharp.SKEncodedImageFormat.Jpeg);
        var frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        (jpeg[frame + 1], jpeg[frame + 4]) = (marker, bits);
        Assert.Equal($"the file is of an unsupported kind: {name}", Refusal(jpeg));
    }

    [Fact]
    public void Whoever_looks_for_photos_to_predict_is_told_what_is_passed_over()
    {
        folder.Photos("a.jpg", "b/c.jpg").Bytes("b/IMG_1.HEIC", [0, 0, 0, 24, .. "ftypheic\0\0\0\0heic"u8]).Bytes("b/note.txt", 65);
        var skipped = new List<(string Path, string Reason)>();
        Assert.Equal([At("a.jpg"), At("b/c.jpg")], PhotoCatalogReader.FindPhotos(folder.Root, skipped));
        Assert.Equal([(At("b/IMG_1.HEIC"), "of an unsupported kind: HEIC"), (At("b/note.txt"), "not a photo")], skipped);
        var error = Assert.Throws<UserException>(() => PhotoCatalogReader.FindPhotos(At("b/IMG_1.HEIC")));
        Assert.Equal("the file is of an unsupported kind: HEIC", error.Problem);

        string At(string name) => Path.Combine(folder.Root, name.Replace('/', Path.DirectorySeparatorChar));
    }

    private static string Refusal(byte[] file) =>
        Assert.Throws<UserException>(() => PhotoDecoder.Default.Decode(file, "here")).Problem;
}
