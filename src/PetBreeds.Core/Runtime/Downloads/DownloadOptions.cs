namespace PetBreeds.Runtime.Downloads;

/// <summary>Retries and timeouts of a <see cref="Downloader"/>.</summary>
internal sealed record DownloadOptions
{
    /// <summary>Number of consecutive attempts without progress before it gives up, 1 or more.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>Delay before the second attempt, doubled before each further one.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Maximum delay, even if a server asks for more.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time without data after which a connection counts as dead.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Number of new bytes that make an attempt count as progress. Without a minimum, a server that sends one byte per connection would be
    /// retried forever.
    /// </summary>
    public long UsefulBytes { get; init; } = 1 << 20;

    /// <summary>
    /// The clock for delays before another attempt and for waiting on other processes. Time without data is measured with the system clock.
    /// </summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
