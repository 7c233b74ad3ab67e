using Microsoft.AspNetCore.Http;
using PetBreeds.Evaluation.Serving;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>
/// What every request with photos needs: a model that stays while it is answered, memory for its body, and a time by which it must be done.
/// </summary>
internal sealed class PhotoRequests(ServeOptions options, ModelRegistry models)
{
    private const int Bodies = 16;
    private const int RetrySeconds = 1;

    private readonly BodyBudget _budget = new(Bodies * options.MaxBodyBytes);

    /// <summary>The whole name of a model that a request names, or does not.</summary>
    public string NameOf(string? model) => Served(model).Name;

    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">Of the model.</param>
    /// <param name="answer">Is given the model, what reads the photos, and what says that the time is over.</param>
    /// <exception cref="ProblemException">There is no such model, or the time is over.</exception>
    public async Task<T> With<T>(HttpContext context, string? name, Func<LoadedModel, Func<Task<IReadOnlyList<EncodedPhoto>>>,
        CancellationToken, Task<T>> answer)
    {
        var served = Served(name);
        var loaded = served.Rent() ?? throw new ProblemException(StatusCodes.Status503ServiceUnavailable,
            "the model is still being loaded", RetrySeconds);
        using var share = _budget.Open();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(options.Timeout);
        var isRead = false;
        try
        {
            return await answer(loaded, Photos, deadline.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw isRead
                ? new ProblemException(StatusCodes.Status503ServiceUnavailable,
                    FormattableString.Invariant($"there was no answer within {options.Timeout.TotalSeconds} s"), RetrySeconds)
                : new ProblemException(StatusCodes.Status408RequestTimeout,
                    FormattableString.Invariant($"the request was not complete within {options.Timeout.TotalSeconds} s"));
        }
        finally
        {
            loaded.Return();
        }

        async Task<IReadOnlyList<EncodedPhoto>> Photos()
        {
            var photos = await PhotoBody.Read(context.Request, options, share, deadline.Token);
            isRead = true;
            RequestLog.Note(context, served.Name, photos.Count);
            return photos;
        }
    }

    private ServedModel Served(string? name) =>
        models.Of(name) ?? throw new ProblemException(StatusCodes.Status404NotFound, $"there is no model '{name}'");
}
