using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PetBreeds.Evaluation.Serving;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>
/// Photos as <c>{"image": "BASE64"}</c> or <c>{"images": ["BASE64", {"name": "cat.jpg", "image": "BASE64"}]}</c>. Read token by
/// token: a tree of all values would let a small body take much memory.
/// </summary>
internal static class JsonPhotos
{
    private const int MaxDepth = 4;

    /// <exception cref="ProblemException">It is something else, or too many.</exception>
    public static List<EncodedPhoto> Parse(ReadOnlyMemory<byte> body, int most)
    {
        List<EncodedPhoto> photos = [];
        try
        {
            var json = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
            Expect(ref json, JsonTokenType.StartObject);
            while (Next(ref json) == JsonTokenType.PropertyName)
            {
                var isOne = json.ValueTextEquals("image");
                if (!isOne && !json.ValueTextEquals("images"))
                    throw new JsonException();
                if (isOne)
                    Add(photos, null, Picture(ref json), most);
                else
                    ReadList(ref json, photos, most);
            }
            return json.Read() ? throw new JsonException() : photos;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest,
                """this is not JSON such as {"image": "BASE64"} or {"images": [{"name": "cat.jpg", "image": "BASE64"}]}""");
        }
    }

    private static void ReadList(ref Utf8JsonReader json, List<EncodedPhoto> photos, int most)
    {
        Expect(ref json, JsonTokenType.StartArray);
        while (Next(ref json) != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.String)
                Add(photos, null, Base64(ref json), most);
            else
                ReadNamed(ref json, photos, most);
        }
    }

    private static void ReadNamed(ref Utf8JsonReader json, List<EncodedPhoto> photos, int most)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            throw new JsonException();
        string? name = null;
        byte[]? picture = null;
        while (Next(ref json) == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("image"))
                picture = Picture(ref json);
            else if (json.ValueTextEquals("name"))
            {
                Expect(ref json, JsonTokenType.String);
                name = json.GetString();
            }
            else
                throw new JsonException();
        }
        Add(photos, name, picture ?? throw new JsonException(), most);
    }

    private static void Add(List<EncodedPhoto> photos, string? name, byte[] picture, int most)
    {
        if (photos.Count == most)
            throw PhotoBody.TooMany(most);
        photos.Add(new EncodedPhoto(PhotoBody.Named(name, photos.Count + 1), picture));
    }

    private static byte[] Picture(ref Utf8JsonReader json)
    {
        Expect(ref json, JsonTokenType.String);
        return Base64(ref json);
    }

    /// <summary>Also what a browser calls a data: address; encoders may have escaped '+' and '/'.</summary>
    private static byte[] Base64(ref Utf8JsonReader json)
    {
        var text = ArrayPool<byte>.Shared.Rent(json.ValueSpan.Length);
        try
        {
            var part = text.AsSpan(0, json.CopyString(text));
            if (part.StartsWith("data:"u8))
                part = part[(part.IndexOf((byte)',') + 1)..];
            return System.Buffers.Text.Base64.DecodeFromUtf8InPlace(part, out var length) == OperationStatus.Done
                ? part[..length].ToArray()
                : throw new ProblemException(StatusCodes.Status400BadRequest, "an image in the request is not base64");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType type)
    {
        if (Next(ref json) != type)
            throw new JsonException();
    }

    private static JsonTokenType Next(ref Utf8JsonReader json) => json.Read() ? json.TokenType : throw new JsonException();
}
