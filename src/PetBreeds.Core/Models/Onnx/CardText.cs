using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PetBreeds.Models.Onnx;

/// <summary>A model's card as one JSON object, as ONNX files hold it; safetensors files hold the same facts as separate texts.</summary>
internal static class CardText
{
    /// <summary>Facts whose text is JSON already.</summary>
    private static readonly HashSet<string> Json = ["classes", "presize", "size", "mean", "std", "provenance", "calibration"];

    /// <summary>The card as JSON.</summary>
    public static string Write(ModelCard card)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            foreach (var (key, value) in card.ToMetadata().OrderBy(fact => fact.Key, StringComparer.Ordinal))
            {
                json.WritePropertyName(key);
                if (Json.Contains(key))
                    json.WriteRawValue(value);
                else
                    json.WriteStringValue(value);
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>The card from JSON.</summary>
    /// <param name="text">From <see cref="Write"/>; null where a file has none.</param>
    /// <param name="place">The file, for messages.</param>
    /// <exception cref="UserException">There is none, or it was damaged.</exception>
    public static ModelCard Read(string? text, string place)
    {
        try
        {
            using var json = JsonDocument.Parse(text ?? "{}");
            return ModelCard.FromMetadata(json.RootElement.EnumerateObject().ToDictionary(fact => fact.Name,
                fact => fact.Value.ValueKind == JsonValueKind.String ? fact.Value.GetString()! : fact.Value.GetRawText()), place);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new UserException($"the model's description is not an object of JSON: {e.Message}", place, "Export the model again.", e);
        }
    }
}
