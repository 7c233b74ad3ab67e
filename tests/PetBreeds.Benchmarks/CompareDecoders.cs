#if IMAGESHARP
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using TorchSharp;

namespace PetBreeds.Benchmarks;

/// <summary>
/// Decodes and presizes photos with Skia and with ImageSharp in turns on one thread, so that what else the machine does falls on both
/// alike, and prints the processor time of each.
/// </summary>
internal static class CompareDecoders
{
    private const int ShortSide = 460;
    private const int Rounds = 7;

    public static int Run(string[] photos)
    {
        if (photos.Length == 0)
            throw new ArgumentException("the folder holds no .jpg itself: give the one that the photos lie in", nameof(photos));
        TorchRuntime.EnsureLoaded();
        torch.set_num_threads(1);
        Compare($"{photos.Length} photos", [.. photos.Select(File.ReadAllBytes)]);
        Compare("4000 × 3000, drawn", [Scenery.Jpeg(4000, 3000)]);
        return 0;
    }

    private static void Compare(string name, byte[][] files)
    {
        (string Name, IPhotoDecoder Decoder)[] decoders =
            [("Skia", new SkiaDecoder(turbo: false)), ("ImageSharp", new ImageSharpDecoder()),
                ("Skia with libturbojpeg", new SkiaDecoder())];
        if (!TurboJpeg.IsInstalled)
            decoders = decoders[..2];
        var rounds = Enumerable.Range(0, Rounds + 1).Select(_ => decoders.Select(d => Milliseconds(files, d.Decoder)).ToArray())
            .Skip(1).ToArray();
        Console.WriteLine($"{name}, short side {ShortSide}, {Rounds} rounds; ms of processor time a photo, median (least to most):");
        foreach (var (i, decoder) in decoders.Index())
        {
            var sorted = rounds.Select(round => round[i]).Order().ToArray();
            var times = rounds.Select(round => round[i] / round[0]).Order().ToArray();
            Console.WriteLine($"  {decoder.Name,-24}{sorted[Rounds / 2],8:F2} ({sorted[0]:F2} to {sorted[^1]:F2}), {times[Rounds / 2]:F2} "
                + "of Skia's");
        }
    }

    private static double Milliseconds(byte[][] files, IPhotoDecoder decoder)
    {
        var before = Environment.CpuUsage.TotalTime;
        foreach (var file in files)
            Presizer.Presize(file, "photo", ShortSide, decoder);
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / files.Length;
    }
}
#endif
