namespace PetBreeds.Tests;

/// <summary>A folder for the files of one test, deleted afterwards.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("petbreeds-tests-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
