using Microsoft.AspNetCore.Http;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>Tells which models are served, and loads them anew.</summary>
internal sealed class ModelEndpoints(ServeOptions options, ModelRegistry models, Draining draining)
{
    public ModelsAnswer List() => new([.. models.All.Select(Describe).OfType<ModelAnswer>()], options.MaxBodyBytes,
        options.Batching.MaxPixels);

    /// <summary>Loads what is there now, whether it changed or not.</summary>
    /// <exception cref="ProblemException">There is no such model, or the new one cannot be loaded.</exception>
    public async Task<ModelAnswer> Reload(string name, CancellationToken cancel)
    {
        var model = models.Of(name) ?? throw new ProblemException(StatusCodes.Status404NotFound, $"there is no model '{name}'");
        try
        {
            await model.Load(cancel);
        }
        catch (UserException e)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity,
                $"the model is kept: the new one cannot be loaded: {e.Problem}");
        }
        return Describe(model) ?? throw Draining.Refusal;
    }

    /// <summary>Whether requests are answered now.</summary>
    public IResult Ready()
    {
        var status = draining.HasBegun ? "stopping" : models.IsReady ? "ready" : "loading";
        return Results.Json(new HealthAnswer(status), statusCode: status == "ready" ? StatusCodes.Status200OK
            : StatusCodes.Status503ServiceUnavailable);
    }

    private static ModelAnswer? Describe(ServedModel served) => served.Current is not { } model ? null : new ModelAnswer(
        served.Name, model.Version.Title, model.Card.Architecture.Name, model.Card.Preprocessing.Size, model.Card.Classes,
        model.Card.SeveralLabels,
        model.Card.Calibration is not null, model.HasHeat, model.Loaded);
}
