using System.Text.Json;

namespace PetBreeds.Tests;

/// <summary>Numbers computed by fastai, torchvision and Pillow; another folder of the same form may be named by PETBREEDS_GOLDEN.</summary>
internal static class Golden
{
    public static string Folder => Environment.GetEnvironmentVariable("PETBREEDS_GOLDEN") is { Length: > 0 } chosen
        ? chosen
        : System.IO.Path.Combine(AppContext.BaseDirectory, "Fixtures", "golden");

    public static string Path(string name) => System.IO.Path.Combine(Folder, name);

    public static JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllBytes(Path(name))).RootElement;
}
