using Microsoft.AspNetCore.OpenApi;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>What the description of the interface says that routes do not.</summary>
internal static class OpenApiText
{
    public static void Configure(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info.Title = "petbreeds";
        document.Info.Version = "v1";
        document.Info.Description = "Classifies photos. If the server requires a key: Authorization: Bearer KEY. Errors are "
            + "application/problem+json.";
        return Task.CompletedTask;
    });
}
