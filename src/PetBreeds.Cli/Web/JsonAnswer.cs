using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PetBreeds.Cli.Web;

/// <summary>
/// A JSON response. Unlike ASP.NET's own options, these escape '&lt;' and the like, so that untrusted names would do no harm even if a
/// browser mistook the response for a page.
/// </summary>
internal static class JsonAnswer
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static IResult Of(object value, int status = StatusCodes.Status200OK) => Results.Json(value, Options, statusCode: status);
}
