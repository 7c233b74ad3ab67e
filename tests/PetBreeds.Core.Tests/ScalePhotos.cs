using PetBreeds.Tests.Catalog.Verification;
using Xunit;

namespace PetBreeds.Tests;

/// <summary>
/// Draws the photos that scripts/scale-check measures with; not run unless asked for (-explicit only). Every 1,000th photo gets an exact
/// copy, and every 1,000th from 500 on a smaller one encoded anew, both with the other class's label.
/// </summary>
public sealed class ScalePhotos
{
    [Fact(Explicit = true)]
    public void Draw()
    {
        var folder = Environment.GetEnvironmentVariable("PETBREEDS_SCALE_FOLDER");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "PETBREEDS_SCALE_FOLDER says where to draw");
        var count = int.Parse(Environment.GetEnvironmentVariable("PETBREEDS_SCALE_PHOTOS") ?? "100000");
        foreach (var label in new[] { "even", "odd" })
            Directory.CreateDirectory(Path.Combine(folder, label));
        Parallel.For(0, count, i =>
        {
            var jpeg = Scene.Jpeg(i, 64, 48, 85);
            Write(i, i % 2, "", jpeg);
            if (i % 1000 == 0)
                Write(i, 1, "_same", jpeg);
            else if (i % 1000 == 500)
                Write(i, 1, "_small", Scene.Jpeg(i, 56, 42, 75));
        });

        void Write(int i, int label, string suffix, byte[] jpeg) =>
            File.WriteAllBytes(Path.Combine(folder, label == 0 ? "even" : "odd", $"{i:000000}{suffix}.jpg"), jpeg);
    }
}
