namespace PetBreeds.Runtime.Downloads;

/// <summary>How patient a <see cref="Downloader"/> is.</summary>
internal sealed record DownloadOptions
{
    /// <summary>Tries in a row that bring nothing new before it gives up; 1 or more.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>Wait before the second try, doubled before each one after it.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait, even if a server asks for more.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Silence after which a connection counts as dead.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// New bytes that make a try count as useful. Without a least amount a server that sends a byte a connection would be tried for ever.
    /// </summary>
    public long UsefulBytes { get; init; } = 1 << 20;

    /// <summary>Whose time passes while it waits for another try or another process. Silence is measured by the system's own.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
