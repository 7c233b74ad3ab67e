using System.Net;
using PetBreeds.Evaluation.Serving;
using PetBreeds.Runtime;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>How a server is set up.</summary>
internal sealed record ServeOptions
{
    /// <summary>Where it listens.</summary>
    public required IPAddress Host { get; init; }

    /// <summary>0 takes a free one.</summary>
    public required int Port { get; init; }

    /// <summary>What a request must know; null lets everybody in.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Web sites whose pages may use it (CORS).</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>The longest body of a request.</summary>
    public long MaxBodyBytes { get; init; } = 16 << 20;

    /// <summary>How long a request may take, from its first byte to the answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long requests that are under way are waited for at the end.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How many of the run's validation photos the page offers as examples.</summary>
    public int Examples { get; init; }

    /// <summary>Where to compute.</summary>
    public ComputeDevice Device { get; init; }

    public BatchingOptions Batching { get; init; } = new();

    /// <summary>Whether only this machine can reach it.</summary>
    public bool IsLocal => IPAddress.IsLoopback(Host);
}
