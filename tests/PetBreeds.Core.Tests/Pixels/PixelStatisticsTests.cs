using PetBreeds.Pixels;
using PetBreeds.Runtime;
using Xunit;

namespace PetBreeds.Tests.Pixels;

public class PixelStatisticsTests
{
    [Fact]
    public void Channels_are_counted_apart_over_all_photos()
    {
        var statistics = new PixelStatistics();
        statistics.Add([0, 51, 255, 255, 51, 255]);
        statistics.Add([0, 51, 255, 255, 51, 255]);
        Assert.Equal(2, statistics.Photos);
        Assert.Equal([.5, .2, 1], statistics.Mean.Select(value => Math.Round(value, 12)));
        Assert.Equal([.5, 0, 0], statistics.Std.Select(value => Math.Round(value, 7)));
    }
}
