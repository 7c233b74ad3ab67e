using PetBreeds.Catalog;
using PetBreeds.Catalog.Verification;
using Xunit;

namespace PetBreeds.Tests.Catalog.Verification;

/// <summary>The real photos. What is expected was counted with Pillow, and the copies were looked at.</summary>
public sealed class OxfordVerificationTests
{
    [Fact]
    public void Finds_the_oddities_of_the_real_data_set_and_planted_faults()
    {
        var real = OxfordPhotosTests.Assets("oxford-pets");
        using var folder = new PhotoFolder();
        foreach (var file in Directory.GetFiles(real, "*", SearchOption.AllDirectories))
            folder.Bytes(Path.GetRelativePath(real, file), File.ReadAllBytes(file));
        var (trained, cut) = (Read(folder, "Abyssinian_101.jpg"), Read(folder, "Birman_1.jpg"));
        folder.Bytes("images/Abyssinian_901.jpg", trained)
            .Bytes("images/Persian_902.jpg", Scene.Copy(Read(folder, "Bengal_102.jpg"), .6, 70))
            .Bytes("images/Birman_903.jpg", cut[..(cut.Length * 2 / 3)]).Bytes("images/Birman_904.jpg")
            .Bytes("images/Birman_905.jpg", [.. "<html>"u8]);
        File.AppendAllLines(Path.Combine(folder.Root, "annotations", "test.txt"),
            ["Abyssinian_901 1 1 1", "Persian_902 1 1 1", "Birman_903 1 1 1"]);

        var report = DataVerification.Run(new CatalogOptions { Data = folder.Root, Split = SplitMode.Official },
            DataVerification.DefaultMinSide, null,
            TestContext.Current.CancellationToken);
        Assert.Equal(
            ["Birman_903.jpg: the JPEG file is cut short: part of the picture is missing", "Birman_904.jpg: the file is empty (0 bytes)",
                "Birman_905.jpg: this is a web page, not a photo"],
            Of(report, FindingKind.Broken));
        Assert.Equal(
            ["Abyssinian_101.jpg Abyssinian_901.jpg: same file, in train and valid",
                "Bengal_102.jpg Persian_902.jpg: same picture, in train and valid, as Bengal and Persian",
                "Bombay_146.jpg Bombay_82.jpg: same picture, in train and valid"],
            Of(report, FindingKind.CopyAcrossSplits));
        Assert.Equal(["Bombay_136.jpg Bombay_150.jpg: same picture, in train"], Of(report, FindingKind.Copy));
        Assert.Equal(["Abyssinian_5.jpg: PNG named .jpg", "Egyptian_Mau_14.jpg: PNG named .jpg", "Egyptian_Mau_156.jpg: PNG named .jpg"],
            Of(report, FindingKind.Extension));
        Assert.Equal(["german_shorthaired_127.jpg: no colour in any pixel"], Of(report, FindingKind.Greyscale));
        Assert.Equal(["Abyssinian_34.jpg", "Egyptian_Mau_129.jpg", "Egyptian_Mau_139.jpg"],
            report.Findings.Where(f => f.Kind == FindingKind.InNoList && !f.Photos[0].Contains("_90")).Select(f => f.Photos[0]));
    }

    [Fact]
    public void Random_split_takes_the_photos_in_no_list_too()
    {
        var report = DataVerification.Run(new CatalogOptions { Data = OxfordPhotosTests.Assets("oxford-pets") },
            DataVerification.DefaultMinSide, null,
            TestContext.Current.CancellationToken);
        Assert.Equal(1025, report.Inspected);
        Assert.Equal(
            ["Abyssinian_34.jpg: GIF named .jpg", "Abyssinian_5.jpg: PNG named .jpg", "Egyptian_Mau_139.jpg: GIF named .jpg",
                "Egyptian_Mau_14.jpg: PNG named .jpg", "Egyptian_Mau_156.jpg: PNG named .jpg"],
            Of(report, FindingKind.Extension));
        Assert.Equal(["Egyptian_Mau_129.jpg", "german_shorthaired_127.jpg"], report.Findings.Where(f => f.Kind == FindingKind.Greyscale)
            .Select(f => f.Photos[0]));
        string[] kinds = [FindingKind.Cmyk.Key, FindingKind.DeepColour.Key, FindingKind.Animated.Key, FindingKind.Turned.Key,
            FindingKind.Small.Key];
        Assert.DoesNotContain(report.Findings, f => kinds.Contains(f.Kind.Key));
        Assert.Equal(["Bombay_136.jpg Bombay_150.jpg", "Bombay_146.jpg Bombay_82.jpg", "Egyptian_Mau_139.jpg Egyptian_Mau_7.jpg"],
            report.Findings.Where(f => f.Photos.Count > 1).Select(f => string.Join(' ', f.Photos)).Order(StringComparer.Ordinal));
    }

    private static byte[] Read(PhotoFolder folder, string name) => File.ReadAllBytes(Path.Combine(folder.Root, "images", name));

    private static IEnumerable<string> Of(VerificationReport report, FindingKind kind) =>
        report.Findings.Where(f => f.Kind == kind).Select(f => $"{string.Join(' ', f.Photos)}: {f.Detail}");
}
