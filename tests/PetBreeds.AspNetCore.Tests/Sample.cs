using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using PetBreeds.Evaluation.Serving;

namespace PetBreeds.AspNetCore.Tests;

/// <summary>The application of docs/library.md.</summary>
internal static class Sample
{
    public static WebApplication Build(WebApplicationBuilder builder, string run)
    {
        // what docs/library.md shows begins here
        builder.Services.AddPetBreeds(options => options.Model = run);
        var app = builder.Build();
        app.MapPost("/breed", async (HttpRequest request, IImageClassifier model, CancellationToken cancel) =>
        {
            var photo = new MemoryStream();
            await request.Body.CopyToAsync(photo, cancel);
            try
            {
                var answer = await model.PredictAsync(photo.ToArray(), top: 3, cancel: cancel);
                return answer.Error is null ? Results.Ok(answer.Top) : Results.Problem(answer.Error.Problem, statusCode: 422);
            }
            catch (QueueFullException full)
            {
                return Results.Problem(full.Message, statusCode: 429);
            }
        });
        // and ends here
        return app;
    }
}
