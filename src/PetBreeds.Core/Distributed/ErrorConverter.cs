using System.Text.Json;
using System.Text.Json.Serialization;

namespace PetBreeds.Distributed;

/// <summary>Errors on their way to another rank; their causes stay behind.</summary>
internal sealed class ErrorConverter : JsonConverter<UserException>
{
    public override UserException Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var parts = JsonSerializer.Deserialize<Parts>(ref reader, options)!;
        return new UserException(parts.Problem, parts.Place, parts.Remedy) { Next = parts.Next };
    }

    public override void Write(Utf8JsonWriter writer, UserException value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new Parts(value.Problem, value.Place, value.Remedy, value.Next), options);

    private sealed record Parts(string Problem, string? Place, string? Remedy, NextStep? Next);
}
