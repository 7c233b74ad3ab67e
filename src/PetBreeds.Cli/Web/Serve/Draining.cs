using Microsoft.AspNetCore.Http;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>Middleware that counts requests that are under way, and refuses new ones once the server is shutting down.</summary>
internal sealed class Draining : IDisposable
{
    private readonly CountdownEvent _requests = new(1); // one for the server itself
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;

    /// <summary>What a request gets that comes too late.</summary>
    public static ProblemException Refusal => new(StatusCodes.Status503ServiceUnavailable, "the server is shutting down", retryAfter: 5);

    public bool HasBegun => Volatile.Read(ref _begun) == 1;

    /// <summary>How many requests are under way.</summary>
    public int Requests => _requests.CurrentCount - (HasBegun ? 0 : 1);

    /// <summary>Refuses new requests; completed when those under way are answered.</summary>
    public Task Begin()
    {
        if (Interlocked.Exchange(ref _begun, 1) == 0)
            Leave();
        return _empty.Task;
    }

    public async Task Invoke(HttpContext context, RequestDelegate next)
    {
        if (HasBegun)
            context.Response.Headers.Connection = "close";
        if (ServeSite.IsProbe(context.Request.Path)) // answered to the end, and not waited for
        {
            await next(context);
            return;
        }
        if (HasBegun || !_requests.TryAddCount())
            throw Refusal;
        try
        {
            await next(context);
        }
        finally
        {
            Leave();
        }
    }

    public void Dispose() => _requests.Dispose();

    private void Leave()
    {
        if (_requests.Signal())
            _empty.TrySetResult();
    }
}
