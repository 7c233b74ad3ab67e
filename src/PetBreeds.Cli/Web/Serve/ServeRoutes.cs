using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>The addresses of the server, with what OpenAPI says of them.</summary>
internal static class ServeRoutes
{
    private const string Photos = "Photos", Models = "Models", Health = "Health";

    private static readonly string[] BodyTypes = ["image/jpeg", "image/*", "application/octet-stream", "multipart/form-data",
        "application/json"];

    public static void Map(IEndpointRouteBuilder routes, PredictEndpoint predict, HeatMapEndpoint heat, ModelEndpoints models,
        Func<ExamplePhotos> examples)
    {
        ServePage.Map(routes);
        MapPhotos(routes, predict, heat);
        MapModels(routes, models);
        MapExamples(routes, examples);
        routes.MapGet("/healthz", () => new HealthAnswer("ok")).WithTags(Health).WithSummary("Whether the process is alive.");
        routes.MapGet("/readyz", models.Ready).WithTags(Health).WithSummary("Whether requests are answered now.")
            .Produces<HealthAnswer>().Produces<HealthAnswer>(StatusCodes.Status503ServiceUnavailable);
        routes.MapOpenApi("/openapi/{documentName}.json");
        routes.MapPrometheusScrapingEndpoint("/metrics");
    }

    private static void MapPhotos(IEndpointRouteBuilder routes, PredictEndpoint predict, HeatMapEndpoint heat)
    {
        routes.MapPost("/v1/predict", (HttpContext context, string? model, int? top, double? threshold,
            [FromQuery(Name = "reject-at")] double? rejectAt) =>
                predict.Predict(context, model, top, threshold, rejectAt))
            .WithTags(Photos).WithSummary("Names the classes of photos.")
            .WithDescription("""
                Send a picture as it is (image/jpeg), files as multipart/form-data, or JSON: {"image": "BASE64"} or
                {"images": [{"name": "cat.jpg", "image": "BASE64"}]}. A photo that cannot be read is an answer with an error, or
                422 where none can.
                """)
            .WithPhotos(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);
        routes.MapPost("/v1/heatmap", (HttpContext context, string? model, [FromQuery(Name = "class")] string? label) =>
            heat.Draw(context, model, label))
            .WithTags(Photos).WithSummary("Shows where in a photo a class was seen (Grad-CAM): a JPEG of the network's "
                + "input, overlaid with heat.")
            .Produces(StatusCodes.Status200OK, contentType: "image/jpeg")
            .WithPhotos(StatusCodes.Status404NotFound, StatusCodes.Status501NotImplemented, StatusCodes.Status503ServiceUnavailable);
    }

    private static void MapModels(IEndpointRouteBuilder routes, ModelEndpoints models)
    {
        routes.MapGet("/v1/models", models.List).WithTags(Models).WithSummary("Lists the models and the limits.");
        routes.MapPost("/v1/models/{name}/reload", models.Reload).WithTags(Models)
            .WithSummary("Reloads a model; the previous one answers until the new one is ready.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static void MapExamples(IEndpointRouteBuilder routes, Func<ExamplePhotos> examples)
    {
        routes.MapGet("/v1/examples", () => examples().All.Select((example, i) => new ExampleAnswer(example.Label, $"v1/examples/{i}")))
            .WithTags(Photos).WithSummary("Example photos for the page.");
        routes.MapGet("/v1/examples/{number:int}", (int number) => number >= 0 && number < examples().All.Count
                ? Results.Bytes(examples().All[number].Jpeg, "image/jpeg") : NotFound())
            .WithTags(Photos).WithSummary("One of them.").Produces(StatusCodes.Status200OK, contentType: "image/jpeg")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void WithPhotos(this RouteHandlerBuilder route, params int[] more)
    {
        route.Accepts<byte[]>(BodyTypes[0], BodyTypes[1..]);
        int[] always =
        [
            StatusCodes.Status400BadRequest, StatusCodes.Status408RequestTimeout, StatusCodes.Status413PayloadTooLarge,
            StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status422UnprocessableEntity, StatusCodes.Status429TooManyRequests,
        ];
        foreach (var status in always.Concat(more))
            route.ProducesProblem(status);
    }

    private static IResult NotFound() => throw new ProblemException(StatusCodes.Status404NotFound, "not found");
}
