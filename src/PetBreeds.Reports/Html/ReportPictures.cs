using PetBreeds.Batches;
using PetBreeds.Evaluation;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Reports.Pictures;
using SkiaSharp;
using static TorchSharp.torch;

namespace PetBreeds.Reports.Html;

/// <summary>A photo as the network sees it, and where it looked.</summary>
/// <param name="Photo">The network's input with only the normalisation undone.</param>
/// <param name="Overlay">The same under a Grad-CAM of the predicted class.</param>
internal sealed record ReportPicture(RgbImage Photo, RgbImage Overlay)
{
    private const int JpegQuality = 82;
    private const int BatchSize = 16;
    private const double Veil = .6; // opacity of the heat map over the photo

    // Matplotlib's inferno at five points: dark where the network did not look, bright where it did; lightness rises evenly, also in print.
    private static readonly double[][] Inferno = [[0, 0, 4], [87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164]];

    /// <summary>The pictures of some photos by path, without those that cannot be read.</summary>
    public static Dictionary<string, ReportPicture> Of(Predictor predictor, IEnumerable<PhotoResult> photos, CancellationToken cancel)
    {
        var pictures = new Dictionary<string, ReportPicture>(StringComparer.Ordinal);
        foreach (var chunk in photos.DistinctBy(photo => photo.Path).Chunk(BatchSize))
        {
            cancel.ThrowIfCancellationRequested();
            var read = chunk.Select(photo => (photo, Pixels: Read(predictor, photo.Path))).Where(item => item.Pixels is not null).ToArray();
            if (read.Length == 0)
                continue;
            using var scope = NewDisposeScope();
            var input = predictor.Input([.. read.Select(item => item.Pixels!)]);
            var heat = GradCam.Heat(predictor.Model, input, [.. read.Select(item => item.photo.Predicted)]).cpu().data<float>().ToArray();
            var seen = TensorPictures.ToImages(TensorPictures.Denormalise(input, predictor.Card.Preprocessing.Normalization));
            for (var i = 0; i < read.Length; i++)
                pictures[read[i].photo.Path] = new ReportPicture(seen[i],
                    Blend(seen[i], heat.AsSpan(i * heat.Length / read.Length, heat.Length / read.Length)));
        }
        return pictures;
    }

    /// <summary>A picture as a data: URI.</summary>
    public static string DataUri(RgbImage picture)
    {
        using var image = new PhotoCell(picture.Width, picture.Height, picture.Pixels, []).ToImage();
        return DataUri(image, JpegQuality);
    }

    /// <summary>A picture file as a data: URI, scaled down to a width; null if there is none.</summary>
    public static string? DataUri(string path, int width)
    {
        if (!File.Exists(path))
            return null;
        using var bitmap = SKBitmap.Decode(path);
        if (bitmap is null)
            return null;
        using var scaled = bitmap.Width > width
            ? bitmap.Resize(new SKImageInfo(width, bitmap.Height * width / bitmap.Width),
                new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear))
            : bitmap.Copy();
        using var image = SKImage.FromBitmap(scaled);
        return DataUri(image, JpegQuality);
    }

    /// <summary>A photo under the colours of a heat map.</summary>
    internal static RgbImage Blend(RgbImage photo, ReadOnlySpan<float> heat)
    {
        var pixels = new byte[photo.Pixels.Length];
        for (var i = 0; i < heat.Length; i++)
        {
            var place = Math.Clamp(heat[i], 0, 1) * (Inferno.Length - 1);
            var (low, share) = (Math.Min((int)place, Inferno.Length - 2), place - Math.Min((int)place, Inferno.Length - 2));
            for (var c = 0; c < 3; c++)
            {
                var color = Inferno[low][c] * (1 - share) + Inferno[low + 1][c] * share;
                pixels[3 * i + c] = (byte)Math.Round(photo.Pixels[3 * i + c] * (1 - Veil) + color * Veil);
            }
        }
        return photo with { Pixels = pixels };
    }

    private static string DataUri(SKImage image, int quality)
    {
        using var data = image.Encode(SKEncodedImageFormat.Jpeg, quality);
        return $"data:image/jpeg;base64,{Convert.ToBase64String(data.AsSpan())}";
    }

    private static RgbImage? Read(Predictor predictor, string path)
    {
        try
        {
            return predictor.Photo(path);
        }
        catch (UserException)
        {
            return null; // removed since it was evaluated
        }
    }
}
