using PetBreeds.Models.Weights;

namespace PetBreeds.Tests.Models.Weights;

/// <summary>A file of its own for one test, gone with it.</summary>
internal sealed class ScratchFile : IDisposable
{
    public ScratchFile(byte[]? bytes = null)
    {
        Path = System.IO.Path.GetTempFileName();
        if (bytes is not null)
            File.WriteAllBytes(Path, bytes);
    }

    public string Path { get; }

    /// <summary>What is said of these bytes when they are opened as weights.</summary>
    public static string Refusal(byte[] bytes)
    {
        using var file = new ScratchFile(bytes);
        var error = Xunit.Assert.Throws<UserException>(() => WeightFile.Open(file.Path).Dispose());
        Xunit.Assert.Equal(file.Path, error.Place);
        Xunit.Assert.NotNull(error.Remedy);
        return error.Problem;
    }

    public void Dispose() => File.Delete(Path);
}
