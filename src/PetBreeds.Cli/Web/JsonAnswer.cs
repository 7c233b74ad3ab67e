using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PetBreeds.Cli.Web;

/// <summary>
/// An answer as JSON. The encoder of these options escapes '&lt;' and the like, which ASP.NET's own does not: names from outside would do no
/// harm even if a browser took the answer for a page.
/// </summary>
internal static class JsonAnswer
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static IResult Of(object value, int status = StatusCodes.Status200OK) => Results.Json(value, Options, statusCode: status);
}
