using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using PetBreeds.Evaluation.Serving;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>Middleware: what goes wrong is answered as <c>application/problem+json</c> (RFC 9457), and ends no other request.</summary>
internal sealed class ProblemAnswers(ILogger log)
{
    private const int RetrySeconds = 1;

    public async Task Invoke(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null } bare) // routing's own 404 and 405
                await Write(context, new ProblemException(bare.StatusCode, Known(bare.StatusCode)));
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await Write(context, context.RequestAborted.IsCancellationRequested
                ? new ProblemException(StatusCodes.Status499ClientClosedRequest, "the client disconnected") : Of(context, e));
        }
    }

    private static async Task Write(HttpContext context, ProblemException problem)
    {
        context.Response.StatusCode = problem.Status;
        if (problem.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = $"{seconds}";
        if (problem.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        if (problem.Status == StatusCodes.Status499ClientClosedRequest)
            return;
        if (problem.ClosesConnection) // what is left of the body is not read
            context.Response.Headers.Connection = "close";
        var details = new ProblemDetails
        {
            Status = problem.Status,
            Title = ReasonPhrases.GetReasonPhrase(problem.Status),
            Detail = problem.Message
        };
        await context.Response.WriteAsJsonAsync(details, options: null, contentType: "application/problem+json", context.RequestAborted);
    }

    private ProblemException Of(HttpContext context, Exception error)
    {
        switch (error)
        {
            case ProblemException problem:
                return problem;
            case BadHttpRequestException bad:
                return new ProblemException(bad.StatusCode, bad.Message);
            case QueueFullException full:
                return new ProblemException(StatusCodes.Status429TooManyRequests, $"{full.Message}; try again shortly",
                    RetrySeconds);
            case ObjectDisposedException when context.RequestServices.GetService(typeof(Draining)) is Draining { HasBegun: true }:
                return Draining.Refusal;
            default:
                ServeLog.Failed(log, context.Request.Method, context.Request.Path.Value!, error);
                return new ProblemException(StatusCodes.Status500InternalServerError, error is UserException known ? known.Problem
                    : "this should not have happened; the server's log has more");
        }
    }

    private static string Known(int status) => status switch
    {
        StatusCodes.Status404NotFound => "not found",
        StatusCodes.Status405MethodNotAllowed => "this address does not support this method",
        StatusCodes.Status415UnsupportedMediaType => PhotoBody.Types,
        _ => "the request is invalid",
    };
}
