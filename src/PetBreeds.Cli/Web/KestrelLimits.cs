using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PetBreeds.Cli.Web;

/// <summary>What one client may ask of a server: HTTP/1.1 alone, heads and bodies of bounded length, no idling.</summary>
/// <param name="Connections">How many at the same time.</param>
/// <param name="BodyBytes">The longest body.</param>
/// <param name="Head">How long the head of a request may take.</param>
/// <param name="KeepAlive">How long a connection may idle.</param>
/// <param name="Grace">How long a body may come, and an answer go, more slowly than 240 bytes a second.</param>
internal sealed record KestrelLimits(int Connections, long BodyBytes, TimeSpan Head, TimeSpan KeepAlive, TimeSpan Grace)
{
    private const int MaxHeadBytes = 16 << 10;
    private const double MinBytesPerSecond = 240; // Kestrel's own default

    /// <summary>Sets them; the server does not name itself either.</summary>
    public void Apply(KestrelServerOptions options)
    {
        options.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http1);
        options.AddServerHeader = false;
        options.Limits.MaxConcurrentConnections = Connections;
        options.Limits.MaxConcurrentUpgradedConnections = 0;
        options.Limits.MaxRequestHeadersTotalSize = MaxHeadBytes;
        options.Limits.MaxRequestBodySize = BodyBytes;
        options.Limits.KeepAliveTimeout = KeepAlive;
        options.Limits.RequestHeadersTimeout = Head;
        options.Limits.MinRequestBodyDataRate = new MinDataRate(MinBytesPerSecond, Grace);
        options.Limits.MinResponseDataRate = new MinDataRate(MinBytesPerSecond, Grace);
    }
}
