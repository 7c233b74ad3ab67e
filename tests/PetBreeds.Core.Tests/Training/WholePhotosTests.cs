using Xunit;

namespace PetBreeds.Tests.Training;

/// <summary>A class of which no photo decodes is refused before the first step.</summary>
public sealed class WholePhotosTests : IDisposable
{
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void A_class_with_damaged_photos_only_is_named()
    {
        Damage("bluish");
        var error = Assert.Throws<UserException>(() => TinyData.Open(_data.Config).Dispose());
        Assert.Matches(@"^none of the \d+ photos for training class 'bluish' can be decoded$", error.Problem);
        Assert.Contains("bluish", error.Place);
    }

    [Fact]
    public void One_whole_photo_of_a_class_is_enough()
    {
        Damage("bluish", but: 6);
        using var session = TinyData.Open(_data.Config);
        Assert.NotEmpty(session.Data.BadPhotos);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_class_with_nothing_whole_to_validate_on_is_known(bool damaged)
    {
        Split("bluish", whole: true);
        Split("reddish", whole: false);
        if (!damaged)
            Directory.Delete(_data.At("split/valid/reddish"), recursive: true);
        using var session = TinyData.Open(_data.Config with { Data = _data.At("split") });
        Assert.Equal(["reddish"], session.Data.NotValidated);
    }

    private void Split(string label, bool whole)
    {
        var (train, valid) = (_data.At($"split/train/{label}"), _data.At($"split/valid/{label}"));
        Directory.CreateDirectory(train);
        Directory.CreateDirectory(valid);
        File.Copy(Path.Combine(_data.Config.Data!, label, "3.png"), Path.Combine(train, "3.png"));
        File.WriteAllBytes(Path.Combine(valid, "3.png"), File.ReadAllBytes(_data.AnyPhoto)[..(whole ? ^0 : 40)]);
    }

    [Fact]
    public void Nothing_whole_to_validate_on_is_refused()
    {
        Split("bluish", whole: false);
        Split("reddish", whole: false);
        var error = Assert.Throws<UserException>(() => TinyData.Open(_data.Config with { Data = _data.At("split") }).Dispose());
        Assert.Equal("none of the 2 photos for validation can be decoded", error.Problem);
    }

    private void Damage(string label, int but = 0)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(_data.Config.Data!, label)).Order(StringComparer.Ordinal).Skip(but))
            File.WriteAllBytes(file, File.ReadAllBytes(file)[..40]);
    }
}
