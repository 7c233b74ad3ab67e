using PetBreeds.Runtime.Files;
using Xunit;

namespace PetBreeds.Tests.Runtime.Files;

public class FreeSpaceTests
{
    [Theory]
    [InlineData(0, 0L)]
    [InlineData(100, 100L)]
    [InlineData(-5, 0L)] // more came already than was announced
    [InlineData(long.MaxValue, null)] // where nobody knows, it is tried
    public void Enough_is_enough(long needed, long? free)
    {
        FreeSpace.Require("folder", needed, free, "the photos");
        Assert.Throws<UserException>(() => FreeSpace.Require("folder", (free ?? 0) + 1, free ?? 0, "the photos"));
    }

    [Fact]
    public void Too_little_is_told_with_numbers_and_a_remedy()
    {
        var error = Assert.Throws<UserException>(() => FreeSpace.Require("folder", 2_500_000_000, 1_000_000, "the presized photos"));
        Assert.Equal("the disk is too full: 2,500.0 MB is needed for the presized photos, but only 1.0 MB is free", error.Problem);
        Assert.Equal("folder", error.Place);
        Assert.Contains("PETBREEDS_CACHE", error.Remedy);
        Assert.Equal("Move.", Assert.Throws<UserException>(() => FreeSpace.Require("folder", 2, 1, "the photos", "Move.")).Remedy);
    }

    [Fact]
    public void The_disk_is_asked()
    {
        var folder = Path.GetTempPath();
        Assert.True(FreeSpace.Of(folder) > 0);
        Assert.Matches(@"^[\d,]+\.\d MB free$", FreeSpace.Told(folder));
        FreeSpace.Require(folder, 1, "a byte");
        var error = Assert.Throws<UserException>(() => FreeSpace.Require(folder, long.MaxValue, "all there is"));
        Assert.Contains("is needed for all there is", error.Problem);
    }

    [Fact]
    public void A_folder_that_is_not_there_has_no_known_space()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there the drive is asked");
        var none = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("n"));
        Assert.Null(FreeSpace.Of(none));
        Assert.Equal("unknown space free", FreeSpace.Told(none));
    }
}
