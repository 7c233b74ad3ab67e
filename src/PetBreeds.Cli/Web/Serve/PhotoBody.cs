using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using PetBreeds.Evaluation.Serving;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>The photos of a request: its body as it is, the files of a form, or base64 in JSON.</summary>
internal static class PhotoBody
{
    /// <summary>What is said of other types of content.</summary>
    public const string Types =
        "send a picture as image/jpeg (or image/* or application/octet-stream), files as multipart/form-data, or base64 as "
            + "application/json";

    private const int MaxBoundary = 100; // RFC 2046 allows 70
    private const string Plain = "photo";
    private const int MaxName = 200;

    /// <param name="request">Its body is read.</param>
    /// <param name="options">Limits.</param>
    /// <param name="share">What the bodies may take of memory.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ProblemException">There are none, too many, or they are not sent as they must be.</exception>
    public static async Task<IReadOnlyList<EncodedPhoto>> Read(HttpRequest request, ServeOptions options, BodyBudget.Share share,
        CancellationToken cancel)
    {
        if (request.ContentLength > options.MaxBodyBytes)
            throw BodyReader.TooLong(options.MaxBodyBytes, request.ContentLength > ServeSite.DrainedBodies * options.MaxBodyBytes);
        var reader = new BodyReader(options.MaxBodyBytes, share);
        var most = options.Batching.MaxQueue;
        _ = MediaTypeHeaderValue.TryParse(request.ContentType, out var type);
        var photos = await Read(request.Body, type, reader, most, cancel);
        return photos is [] or [{ Name: Plain, Bytes.IsEmpty: true }]
            ? throw new ProblemException(StatusCodes.Status400BadRequest, "there is no photo in the request") : photos;
    }

    /// <summary>A name for answers, of a length that can be shown.</summary>
    public static string Named(string? name, int number) =>
        string.IsNullOrWhiteSpace(name) ? $"{Plain} {number}" : name.Length <= MaxName ? name : name[..MaxName];

    public static ProblemException TooMany(int most) =>
        new(StatusCodes.Status413PayloadTooLarge, $"too many photos; the limit is {most}");

    private static async Task<IReadOnlyList<EncodedPhoto>> Read(
        Stream body, MediaTypeHeaderValue? type, BodyReader reader, int most, CancellationToken cancel)
    {
        try
        {
            return type?.MediaType.Value?.ToLowerInvariant() switch
            {
                "multipart/form-data" => await Parts(body, type, reader, most, cancel),
                "application/json" => JsonPhotos.Parse(await reader.Read(body, cancel), most),
                "application/octet-stream" => [new EncodedPhoto(Plain, await reader.Read(body, cancel))],
                { } other when other.StartsWith("image/", StringComparison.Ordinal) =>
                    [new EncodedPhoto(Plain, await reader.Read(body, cancel))],
                _ => throw new ProblemException(StatusCodes.Status415UnsupportedMediaType, Types),
            };
        }
        catch (IOException e) when (e is not BadHttpRequestException && !cancel.IsCancellationRequested)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "the body is truncated or malformed");
        }
    }

    private static async Task<List<EncodedPhoto>> Parts(Stream body, MediaTypeHeaderValue type, BodyReader reader, int most,
        CancellationToken cancel)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (boundary is not { Length: > 0 and <= MaxBoundary })
            throw NotAForm();
        List<EncodedPhoto> photos = [];
        try
        {
            var parts = new MultipartReader(boundary, body);
            while (await parts.ReadNextSectionAsync(cancel) is { } part)
            {
                if (photos.Count == most)
                    throw TooMany(most);
                _ = ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition);
                var name = disposition is null ? null : Unquoted(disposition.FileNameStar, disposition.FileName, disposition.Name);
                photos.Add(new EncodedPhoto(Named(name, photos.Count + 1), await reader.Read(part.Body, cancel)));
            }
        }
        catch (Exception e) when (e is InvalidDataException || e is IOException and not BadHttpRequestException)
        {
            throw NotAForm();
        }
        return photos;
    }

    private static ProblemException NotAForm() =>
        new(StatusCodes.Status400BadRequest, "the form is truncated or malformed");

    private static string? Unquoted(params ReadOnlySpan<Microsoft.Extensions.Primitives.StringSegment> names)
    {
        foreach (var name in names)
        {
            if (HeaderUtilities.RemoveQuotes(name) is { Length: > 0 } plain)
                return plain.Value;
        }
        return null;
    }
}
