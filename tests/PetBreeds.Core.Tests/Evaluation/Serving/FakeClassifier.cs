using PetBreeds.Evaluation;
using PetBreeds.Evaluation.Serving;
using PetBreeds.Models;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using SkiaSharp;

namespace PetBreeds.Tests.Evaluation.Serving;

/// <summary>A network that a test holds and lets go, and that answers how red a photo is; black ones are unfamiliar to it.</summary>
internal sealed class FakeClassifier : IBatchClassifier
{
    private const int Side = 8;

    /// <summary>Closed, it holds whoever computes.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    /// <summary>The sizes of what it was given.</summary>
    public List<int> Batches { get; } = [];

    /// <summary>Is given the size of a batch before it is answered.</summary>
    public Action<int> Before { get; set; } = _ => { };

    public bool IsDisposed { get; private set; }

    public ModelCard Card { get; } = new(Architecture.ResNet18, ["red", "other"], new Preprocessing(Side, Side, Normalization.ImageNet),
        new Dictionary<string, string>());

    public ClassifiedPhoto[] Answer(IReadOnlyList<RgbImage> photos)
    {
        Gate.Wait();
        Before(photos.Count);
        Batches.Add(photos.Count);
        return [.. photos.Select(photo => photo.Pixels[0] / 255.0).Select(red => new ClassifiedPhoto([red, 1 - red], red == 0))];
    }

    public void Dispose() => IsDisposed = true;

    /// <summary>A photo of one colour.</summary>
    public static EncodedPhoto Photo(byte red, string name = "a.png", int width = Side)
    {
        using var bitmap = new SKBitmap(width, Side);
        bitmap.Erase(new SKColor(red, 0, 0));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return new EncodedPhoto(name, data.ToArray());
    }
}
