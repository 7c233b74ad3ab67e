using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PetBreeds.Runtime.Files;

namespace PetBreeds.Runtime;

/// <summary>Writes and reads the program's own JSON files: snake_case, indented, written atomically.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // files, not web pages
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a loss can be infinite
    };

    /// <summary>Writes a file.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write<T>(string path, T value) =>
        AtomicFile.Write(path, "the file", stream => stream.Write([.. Bytes(value), (byte)'\n']));

    /// <summary>Serializes a value as written to files.</summary>
    public static byte[] Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    /// <summary>What <see cref="Bytes"/> serialized; null only if that was null.</summary>
    public static T Parse<T>(byte[] bytes) => JsonSerializer.Deserialize<T>(bytes, Options)!;

    /// <summary>Reads a file; null if it does not exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="remedy">What to do if it cannot be read.</param>
    /// <exception cref="UserException">The file cannot be read or contains something else.</exception>
    public static T? Read<T>(string path, string remedy) where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Options) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UserException($"the file cannot be read: {e.Message}", path, remedy, e);
        }
    }
}
