using Microsoft.AspNetCore.Http;
using PetBreeds.Cli.Console;

namespace PetBreeds.Cli.Web;

/// <summary>Error responses: {"problem": "…"}, which the page shows.</summary>
internal static class Problems
{
    public static IResult Answer(int status, string problem) => JsonAnswer.Of(new { problem }, status);

    public static IResult NotFound() => Answer(StatusCodes.Status404NotFound, "not found");

    /// <summary>Middleware that turns exceptions into responses, so that one failed request does not affect the others.</summary>
    public static async Task Invoke(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await (e switch
            {
                BadHttpRequestException bad => Answer(bad.StatusCode, bad.Message),
                UserException known => Answer(StatusCodes.Status500InternalServerError,
                    $"{FlagText.Of(known.Message)} {ErrorText.Remedy(known)}"),
                _ => Answer(StatusCodes.Status500InternalServerError, $"this should not have happened: {e.Message}"),
            }).ExecuteAsync(context);
        }
    }
}
