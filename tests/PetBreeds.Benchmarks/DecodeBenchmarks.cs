using BenchmarkDotNet.Attributes;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using TorchSharp;

namespace PetBreeds.Benchmarks;

/// <summary>The steps of presizing to a short side of 460, on one core, of a photo like the data set's and of one like a phone's.</summary>
[InProcess]
[MemoryDiagnoser]
public class DecodeBenchmarks
{
    private const int ShortSide = 460;

    private byte[] _file = [];
    private RgbImage _decoded = new(1, 1, [0, 0, 0]);
    private byte[] _rgba = [];

    /// <summary>Width and height of the JPEG.</summary>
    [Params("500x375", "4000x3000")]
    public string Size { get; set; } = "500x375";

    /// <summary>Draws the photo.</summary>
    [GlobalSetup]
    public void Setup()
    {
        TorchRuntime.EnsureLoaded();
        torch.set_num_threads(1);
        var side = Array.ConvertAll(Size.Split('x'), int.Parse);
        _file = Scenery.Jpeg(side[0], side[1]);
        _decoded = PhotoDecoder.Default.Decode(_file, "photo", ShortSide);
        _rgba = new byte[_decoded.Width * _decoded.Height * 4];
        Random.Shared.NextBytes(_rgba);
    }

    /// <summary>Header, and pixels as far as they are needed.</summary>
    [Benchmark]
    public object Decode() => PhotoDecoder.Default.Decode(_file, "photo", ShortSide);

    /// <summary>Packing what was decoded.</summary>
    [Benchmark]
    public object UprightRgb() => Pixels.Decoding.UprightRgb.Convert(_rgba, _decoded.Width, _decoded.Height, 1, opaque: true);

    /// <summary>Turning a photo upright while packing it (EXIF 6, what phones write).</summary>
    [Benchmark]
    public object UprightRgbTurned() => Pixels.Decoding.UprightRgb.Convert(_rgba, _decoded.Width, _decoded.Height, 6, opaque: true);

    /// <summary>Antialiased bilinear scaling.</summary>
    [Benchmark]
    public byte Resize() => Presizer.Resize(_decoded, ShortSide, (_, _, pixels) => pixels[0]);

    /// <summary>All of it.</summary>
    [Benchmark(Baseline = true)]
    public object Presize() => Presizer.Presize(_file, "photo", ShortSide, PhotoDecoder.Default);
}
