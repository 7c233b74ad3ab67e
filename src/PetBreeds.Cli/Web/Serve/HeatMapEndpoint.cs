using Microsoft.AspNetCore.Http;
using PetBreeds.Reports.Html;
using PetBreeds.Reports.Pictures;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>Shows where in a photo a class was seen.</summary>
internal sealed class HeatMapEndpoint(PhotoRequests requests)
{
    private const int Unscaled = 16384;

    /// <param name="context">The request.</param>
    /// <param name="model">Null takes the first.</param>
    /// <param name="label">The class.</param>
    public Task<IResult> Draw(HttpContext context, string? model, string? label) =>
        requests.With(context, model, async (loaded, photos, cancel) =>
    {
        var index = Array.IndexOf([.. loaded.Card.Classes], label);
        if (index < 0)
            throw new ProblemException(StatusCodes.Status400BadRequest, label is null ? "name the class: ?class=NAME"
                : $"there is no class '{label}'");
        if (!loaded.HasHeat)
            throw new ProblemException(StatusCodes.Status501NotImplemented,
                "this model does not support heat maps: ONNX models compute no gradients");
        if (await photos() is not [var photo])
            throw new ProblemException(StatusCodes.Status400BadRequest, "send one photo");
        try
        {
            var map = await loaded.Queue.Heat(photo, index, cancel);
            return Results.Bytes(PhotoJpeg.Encode(ReportPicture.Blend(map.Crop, map.Heat), Unscaled), "image/jpeg");
        }
        catch (UserException e) when (e.Place == photo.Name)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, e.Problem);
        }
    });
}
