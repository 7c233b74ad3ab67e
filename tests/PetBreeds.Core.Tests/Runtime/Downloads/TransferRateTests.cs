using Microsoft.Extensions.Time.Testing;
using PetBreeds.Runtime.Downloads;
using Xunit;

namespace PetBreeds.Tests.Runtime.Downloads;

public class TransferRateTests
{
    [Fact]
    public void The_rate_is_that_of_the_last_eight_seconds()
    {
        var time = new FakeTimeProvider();
        var rate = new TransferRate(time);
        Assert.Equal(0, rate.At(1000)); // one mark is no rate
        for (var second = 1; second <= 8; second++)
            Assert.Equal(100, After(1, 1000 + (100 * second)), 6);
        Assert.InRange(After(8, 1800), 0, 13); // the line has gone slow: the first fast seconds no longer count
        Assert.Equal(0, After(8, 1800), 6);

        double After(int seconds, long bytes)
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            return rate.At(bytes);
        }
    }
}
