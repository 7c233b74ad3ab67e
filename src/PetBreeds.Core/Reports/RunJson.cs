using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PetBreeds.Reports;

/// <summary>Writes and reads the JSON files of a run folder: snake_case, indented, whole or not at all.</summary>
internal static class RunJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // files, not pages
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write<T>(string path, T value)
    {
        try
        {
            File.WriteAllText(path + ".tmp", JsonSerializer.Serialize(value, Options) + "\n");
            File.Move(path + ".tmp", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException("the file cannot be written", path, "Choose a folder you can write to, with space.", e);
        }
    }

    /// <summary>Null where there is no such file.</summary>
    /// <exception cref="UserException">It cannot be read or holds something else.</exception>
    public static T? Read<T>(string path) where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Options) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UserException($"the file cannot be read: {e.Message}", path, "Make it again with `petbreeds report RUN`, or delete it.", e);
        }
    }
}
