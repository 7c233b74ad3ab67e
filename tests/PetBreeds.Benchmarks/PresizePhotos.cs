using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using TorchSharp;

namespace PetBreeds.Benchmarks;

/// <summary>
/// One half of <c>scripts/benchmarks/decode.py</c>: for each index on standard input, presizes that photo on one thread, as the builder of
/// the pixel cache does, and prints the seconds of processor time.
/// </summary>
internal static class PresizePhotos
{
    private const int ShortSide = 460;

    public static int Run(string[] photos)
    {
        TorchRuntime.EnsureLoaded();
        torch.set_num_threads(1);
        while (Console.ReadLine() is { } index)
        {
            var photo = photos[int.Parse(index)];
            var before = Environment.CpuUsage.TotalTime;
            var image = PhotoDecoder.Default.Decode(Presizer.ReadFile(photo), photo, ShortSide);
            Presizer.Resize(image, ShortSide, (_, _, pixels) => pixels[0]);
            Console.WriteLine((Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
        return 0;
    }
}
