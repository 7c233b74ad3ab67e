using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;
using PetBreeds.Catalog.Verification;
using PetBreeds.Tests.Pixels;
using Xunit;

namespace PetBreeds.Tests.Catalog.Verification;

public sealed class DataVerificationTests : IDisposable
{
    private readonly PhotoFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Whole_data_set_has_nothing_harmful()
    {
        SplitFolders(10);
        var report = Verify();
        Assert.Empty(report.Findings);
        Assert.Empty(report.Exclusions);
        Assert.Equal([new ClassCount("cat", 10, 2, 0), new ClassCount("dog", 10, 2, 0)], report.Classes);
        Assert.Equal(24, report.Inspected);
    }

    [Fact]
    public void Names_each_planted_fault_as_what_it_is()
    {
        SplitFolders(10);
        var first = File.ReadAllBytes(Path.Combine(_folder.Root, "train/cat/0.jpg"));
        _folder.Bytes("valid/cat/copy.jpg", first)
            .Bytes("valid/cat/web.jpg", Scene.Copy(File.ReadAllBytes(Path.Combine(_folder.Root, "train/cat/1.jpg")), .6, 60))
            .Bytes("train/cat/2b.jpg", File.ReadAllBytes(Path.Combine(_folder.Root, "train/dog/2.jpg")))
            .Bytes("train/cat/3b.jpg", File.ReadAllBytes(Path.Combine(_folder.Root, "train/cat/3.jpg")))
            .Bytes("train/dog/empty.jpg").Bytes("train/dog/text.jpg", [.. "not found"u8])
            .Bytes("train/dog/cut.jpg", first[..(first.Length / 2)])
            .Bytes("train/dog/notes.txt", [.. "notes"u8]).Bytes("train/dog/tiny.jpg", Scene.Jpeg(900, 40, 20))
            .Bytes("train/dog/png.jpg", Photos.Encode(Scene.Draw(901), SkiaSharp.SKEncodedImageFormat.Png));
        var report = Verify();
        Assert.Equal(["train/dog/cut.jpg", "train/dog/empty.jpg", "train/dog/text.jpg"], Photos1(report, FindingKind.Broken));
        Assert.Equal(["train/cat/0.jpg valid/cat/copy.jpg", "train/cat/1.jpg valid/cat/web.jpg"],
            Groups(report, FindingKind.CopyAcrossSplits));
        Assert.Equal("same file, in train and valid", report.Findings.First(f => f.Kind == FindingKind.CopyAcrossSplits).Detail);
        Assert.Equal("same picture, in train and valid", report.Findings.Last(f => f.Kind == FindingKind.CopyAcrossSplits).Detail);
        Assert.Equal(["train/cat/2b.jpg train/dog/2.jpg"], Groups(report, FindingKind.CopyWithTwoLabels));
        Assert.Equal(["train/cat/3.jpg train/cat/3b.jpg"], Groups(report, FindingKind.Copy));
        Assert.Equal(["train/dog/notes.txt"], Photos1(report, FindingKind.LeftOut));
        Assert.Equal(["train/dog/tiny.jpg"], Photos1(report, FindingKind.Small));
        Assert.Equal(["train/dog/png.jpg"], Photos1(report, FindingKind.Extension));
        Assert.Equal(6, report.Harmful.Count());
        // The copies in validation stay; of two labels nobody knows the right one.
        Assert.Equal(
            ["train/cat/0.jpg", "train/cat/1.jpg", "train/cat/2b.jpg", "train/dog/2.jpg", "train/dog/cut.jpg", "train/dog/empty.jpg",
                "train/dog/text.jpg"],
            report.Exclusions.Select(e => e.Name));
    }

    [Fact]
    public void Names_what_is_the_matter_with_classes()
    {
        SplitFolders(10);
        var photo = File.ReadAllBytes(Path.Combine(_folder.Root, "train/cat/0.jpg"));
        _folder.Bytes("train/Cat /0.jpg", Scene.Jpeg(700)).Bytes("train/dog/pups/0.jpg", Scene.Jpeg(701))
            .Bytes("train/emu/0.jpg", photo[..(photo.Length / 2)])
            .Bytes("train/fox/0.HEIC", 0, 0, 0, 24).Bytes("train/docs/notes.txt", 65).Bytes("train/@eaDir/0.jpg", photo);
        var report = Verify();
        Assert.Equal(["emu", "train/fox"], Photos1(report, FindingKind.NothingToLearn));
        Assert.Equal(["Cat  cat"], Groups(report, FindingKind.NamesAlike));
        Assert.Equal(["dog/pups"], Photos1(report, FindingKind.FoldersInClass));
        Assert.Equal(["train/docs"], Photos1(report, FindingKind.NoClass));
        Assert.Equal(["train/@eaDir", "train/docs/notes.txt"], Photos1(report, FindingKind.LeftOut));
    }

    /// <summary>Pictures and files named as one are broken for training; the rest is named, too.</summary>
    [Fact]
    public void Names_everything_that_training_leaves_out()
    {
        SplitFolders(10);
        _folder.Bytes("train/cat/phone.HEIC", [0, 0, 0, 24, .. "ftypheic\0\0\0\0heic"u8]).Bytes("train/cat/scan.psd", [.. "8BPS\0\u0001"u8])
            .Bytes("train/cat/raw.cr2", [.. "II*\0\u0010\0\0\0CR\u0002\0"u8])
            .Bytes("train/dog/pointer.jpg", [.. "version https://git-lfs.github.com/spec/v1\n"u8])
            .Bytes("train/dog/page.jpg", [.. "<!doctype html>"u8]).Bytes("train/dog/zeros.jpg", new byte[64])
            .Bytes("train/dog/clip.mp4", [0, 0, 0, 24, .. "ftypmp42\0\0\0\0mp42"u8])
            .Bytes("train/dog/.hidden.jpg", Scene.Jpeg(800));
        var report = Verify();
        Assert.Equal(
            ["train/cat/phone.HEIC: the file is of an unsupported kind: HEIC",
                "train/cat/raw.cr2: the file is of an unsupported kind: camera raw (Canon CR2)",
                "train/cat/scan.psd: the file is of an unsupported kind: Photoshop (PSD)", "train/dog/page.jpg: this is a web page, "
                    + "not a photo",
                "train/dog/pointer.jpg: this is a Git LFS pointer, not the photo itself: run git lfs pull", "train/dog/zeros.jpg: this is "
                    + "a file of nothing but zero bytes, not a photo"],
            report.Findings.Where(f => f.Kind == FindingKind.Broken).Select(f => $"{f.Photos[0]}: {f.Detail}"));
        Assert.Equal(["train/dog/.hidden.jpg: hidden", "train/dog/clip.mp4: not a photo but a video (MP4 or QuickTime)"],
            report.Findings.Where(f => f.Kind == FindingKind.LeftOut).Select(f => $"{f.Photos[0]}: {f.Detail}"));
        Assert.All(report.Catalog.PassedOver, reason => Assert.Contains(report.Findings, f => f.Photos[0] == reason.Example));
    }

    [Fact]
    public void What_it_excludes_leaves_nothing_harmful()
    {
        SplitFolders(10);
        var photo = Scene.Jpeg(0);
        _folder.Bytes("valid/dog/x.jpg", photo).Bytes("valid/cat/y.jpg", photo).Bytes("test/cat/z.jpg", Scene.Jpeg(500))
            .Bytes("valid/cat/z # 2.jpg", Scene.Jpeg(500)).Bytes("train/dog/empty.jpg");
        var list = Path.Combine(_folder.Root, "exclude.txt");
        var report = Verify();
        Assert.NotEmpty(report.Harmful);
        var error = Assert.Throws<UserException>(() => ExcludeList.Write(Path.Combine(_folder.Root, "absent", "list.txt"), report, []));
        Assert.StartsWith("the list of photos to exclude cannot be written: ", error.Problem);
        Assert.Contains("another place", error.Remedy);
        ExcludeList.Write(list, report, []);
        var again = Verify(new CatalogOptions { Data = _folder.Root, Exclude = list });
        Assert.Empty(again.Harmful);
        Assert.Equal(report.Catalog.Items.Count - 4, again.Catalog.Items.Count); // 0.jpg, x, y, "z # 2"
        Assert.Contains("test/cat/z.jpg", again.Catalog.Items.Select(i => i.Name));
    }

    [Fact]
    public void Csv_rows_that_training_refuses_are_reported()
    {
        for (var i = 0; i < 4; i++)
            _folder.Bytes($"{i}.jpg", Scene.Jpeg(i));
        var table = _folder.Text("labels.csv", "photo,label,split", "0.jpg,cat,train", "1.jpg,dog,train", "2.jpg,cat,valid",
            "3.jpg,dog,valid",
            "gone.jpg,dog,train", "1.jpg,cat,train");
        var options = new CatalogOptions { Labels = LabelSource.Table(table) };
        Assert.Contains("gone.jpg", Assert.Throws<UserException>(() => PhotoCatalogReader.Read(options)).Message);
        var listing = Verify(options).Findings.Where(f => f.Kind == FindingKind.Listing).ToList();
        Assert.Equal(["1.jpg", "gone.jpg"], listing.Select(f => f.Photos[0]));
        Assert.Equal("listed as dog (train) in line 3 and as cat (train) in line 7", listing[0].Detail);
        Assert.Equal("line 6 of labels.csv lists it, but there is no such file", listing[1].Detail);
    }

    [Fact]
    public void Classes_that_cannot_be_learned_or_measured_are_named()
    {
        SplitFolders(12);
        _folder.Bytes("train/fox/a.jpg", Scene.Jpeg(700)).Bytes("valid/owl/a.jpg", Scene.Jpeg(701))
            .Bytes("train/owl/broken.jpg", PhotoFolder.Jpeg);
        var report = Verify();
        Assert.Equal(["owl"], Photos1(report, FindingKind.NothingToLearn));
        Assert.Equal(["none for validation", "1 for training; cat has 12"],
            report.Findings.Where(f => f.Kind == FindingKind.ClassBalance).Select(f => f.Detail).Order(StringComparer.Ordinal).Reverse());
    }

    [Fact]
    public void Lists_and_photos_are_compared()
    {
        foreach (var (name, seed) in new[] { ("cat_1", 1), ("cat_2", 2), ("cat_3", 3), ("dog_1", 4), ("dog_2", 5), ("dog_3", 6) })
            _folder.Bytes($"images/{name}.jpg", Scene.Jpeg(seed));
        _folder.Text("annotations/list.txt", "#Image CLASS-ID SPECIES BREED ID", "cat_1 1 1 1", "cat_2 1 1 1", "dog_1 2 2 1",
            "dog_2 2 2 1", "dog_3 2 2 1", "dog_9 2 2 1");
        _folder.Text("annotations/trainval.txt", "cat_1 1 1 1", "dog_1 2 2 1");
        _folder.Text("annotations/test.txt", "cat_2 1 1 1", "dog_2 2 2 1", "dog_9 2 2 1");
        var random = Verify();
        Assert.Equal(["cat_3.jpg: not in list.txt, trainval.txt and test.txt", "dog_3.jpg: not in trainval.txt and test.txt"],
            Details(random, FindingKind.InNoList));
        Assert.Equal(["dog_9: in list.txt, test.txt"], Details(random, FindingKind.ListedOnly));
        Assert.Empty(random.Harmful);
        var official = Verify(new CatalogOptions { Data = _folder.Root, Split = SplitMode.Official });
        Assert.Equal(Details(random, FindingKind.InNoList), Details(official, FindingKind.InNoList));
        Assert.Equal(["dog_9: the official lists name it, but there is no such photo"], Details(official, FindingKind.Listing));
        Assert.Empty(Details(official, FindingKind.ListedOnly));
    }

    [Fact]
    public void Cancelled_verification_stops()
    {
        SplitFolders(10);
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            DataVerification.Run(new CatalogOptions { Data = _folder.Root }, 32, null, cancel.Token));
    }

    /// <summary>Two classes with as many training photos each and two to validate on, all different.</summary>
    private void SplitFolders(int train)
    {
        for (var i = 0; i < train + 2; i++)
        {
            var split = i < train ? "train" : "valid";
            _folder.Bytes($"{split}/cat/{i}.jpg", Scene.Jpeg(i)).Bytes($"{split}/dog/{i}.jpg", Scene.Jpeg(100 + i));
        }
    }

    private VerificationReport Verify(CatalogOptions? options = null) => DataVerification.Run(
        options ?? new CatalogOptions { Data = _folder.Root }, DataVerification.DefaultMinSide, null,
        TestContext.Current.CancellationToken);

    private static IEnumerable<string> Photos1(VerificationReport report, FindingKind kind) =>
        report.Findings.Where(f => f.Kind == kind).Select(f => Assert.Single(f.Photos));

    private static IEnumerable<string> Groups(VerificationReport report, FindingKind kind) =>
        report.Findings.Where(f => f.Kind == kind).Select(f => string.Join(' ', f.Photos));

    private static IEnumerable<string> Details(VerificationReport report, FindingKind kind) =>
        report.Findings.Where(f => f.Kind == kind).Select(f => $"{f.Photos[0]}: {f.Detail}");
}
