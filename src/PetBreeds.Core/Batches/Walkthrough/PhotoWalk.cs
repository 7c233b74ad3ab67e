using PetBreeds.Batches.Augmentation;
using PetBreeds.Catalog;
using PetBreeds.Pixels;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Batches.Walkthrough;

/// <summary>
/// Follows one photo from its file to the network's input, using the code of training, and records the input and output of each step.
/// </summary>
/// <param name="photo">The photo; a label below 0 means none.</param>
/// <param name="classes">Names of the classes.</param>
/// <param name="preprocessing">Sizes and normalisation.</param>
/// <param name="draw">The augmentation of the photo.</param>
internal sealed class PhotoWalk(PhotoItem photo, IReadOnlyList<string> classes, Preprocessing preprocessing, AugmentParams draw)
{
    /// <summary>Follows the photo as in the first epoch of a training with this seed.</summary>
    public PhotoWalk(PhotoItem photo, IReadOnlyList<string> classes, Preprocessing preprocessing, AugmentOptions augment, int seed)
        : this(photo, classes, preprocessing, AugmentParams.Draw(augment, seed, 0, SeededRandom.Key(photo.Name)))
    {
    }

    /// <summary>The steps up to the last one or the first failure.</summary>
    public IReadOnlyList<WalkStep> Follow()
    {
        TorchRuntime.EnsureLoaded();
        var first = WalkLog.Run(Walk);
        // the second run measures the step itself, not the loading of its code
        return first[^1].Failure is null ? WalkLog.Run(Walk) : first;
    }

    private void Walk(WalkLog log)
    {
        var file = Read(log);
        var image = Window(log, Presize(log, Decode(log, file)));
        using (NewDisposeScope())
            Transform(log, image);
        log.Do("label", WalkValue.Of(string.Join(' ', photo.Labels), "class index"), ClassName, (step, name) => step with
        {
            Out = WalkValue.Of(name, "class"),
            Did = photo.Several is { } several ? $"{several.Count} of {classes.Count} classes"
                : $"class {photo.Label} of {classes.Count}, counted from 0",
        });
    }

    private byte[] Read(WalkLog log)
    {
        var file = log.Do("read", WalkValue.Of(photo.Name, "file"), () => Presizer.ReadFile(photo.Path), (step, bytes) => step with
        {
            Out = WalkValue.Of(bytes),
            Did = $"{bytes.Length / 1000.0:0.0} kB",
            Picture = BytePicture.Of(bytes),
        });
        log.Do("header", WalkValue.Of(file), () => PhotoHeader.Read(file, photo.Path), (step, header) => step with
        {
            Out = WalkValue.Of($"{header.Format} {header.Width}×{header.Height}", "header"),
            Did = header.OrientationText,
            Warning = header.NameMismatch(photo.Path),
        });
        return file;
    }

    private RgbImage Decode(WalkLog log, byte[] file) => log.Do("decode", WalkValue.Of(file),
        () => PhotoDecoder.Default.Decode(file, photo.Path, preprocessing.Presize), (step, image) =>
        {
            var (width, height) = PhotoDecoder.Default.ReadSize(file, photo.Path);
            var reduction = (int)Math.Round((double)Math.Max(width, height) / Math.Max(image.Width, image.Height));
            return step with
            {
                Out = WalkValue.Of(image),
                Did = reduction > 1 ? $"at 1/{reduction} of its size, which still covers {preprocessing.Presize}; upright, sRGB"
                    : "upright, sRGB",
                Picture = image,
            };
        });

    private RgbImage Presize(WalkLog log, RgbImage image) => log.Do("presize", WalkValue.Of(image),
        () => Presizer.Resize(image, preprocessing.Presize), (step, presized) =>
        {
            var (side, shortSide) = (preprocessing.Presize, Math.Min(image.Width, image.Height));
            var (left, top) = Augmentation.Window.Place((presized.Width, presized.Height), side, draw.Window);
            return step with
            {
                Out = WalkValue.Of(presized),
                Did = $"short side {shortSide} → {side}",
                Warning = shortSide < preprocessing.Size
                    ? $"the photo is smaller than the network's input ({preprocessing.Size}): it is enlarged" : null,
                Picture = presized,
                Taken = [(left, top), (left + side, top), (left + side, top + side), (left, top + side)],
            };
        });

    private RgbImage Window(WalkLog log, RgbImage presized)
    {
        var side = preprocessing.Presize;
        return log.Do("window", WalkValue.Of(presized), () =>
        {
            var window = new RgbImage(side, side, new byte[side * side * 3]);
            Augmentation.Window.Copy(presized.Pixels, (presized.Width, presized.Height), side, draw.Window, window.Pixels);
            return window;
        }, (step, window) => step with
        {
            Out = WalkValue.Of(window),
            Did = $"at {draw.Window:0%} of the long side",
            Picture = window,
            Taken = Outline(),
        });
    }

    private void Transform(WalkLog log, RgbImage window)
    {
        using var transform = new BatchTransform(preprocessing.Size, preprocessing.Normalization);
        AugmentParams[] draws = [draw];
        var batch = log.Do("batch", WalkValue.Of(window), () => tensor(window.Pixels, [1, window.Height, window.Width, 3]),
            (step, result) => step with { Out = WalkValue.Of(result), Did = "a batch of one" });
        var pixels = log.Do("float", WalkValue.Of(batch),
            () => batch.permute(0, 3, 1, 2).to(ScalarType.Float32).contiguous().DivInPlace(255),
            (step, result) => step with { Out = WalkValue.Of(result), Did = "channels first, divided by 255" });
        var sampled = log.Do("augment", WalkValue.Of(pixels), () => transform.Sample(pixels, draws),
            (step, result) => Show(step, result) with { Did = AugmentParamsText.Geometry(draw) });
        var lit = log.Do("lighting", WalkValue.Of(sampled), () => BatchTransform.Light(sampled, draws),
            (step, result) => Show(step, result) with { Did = AugmentParamsText.Lighting(draw) });
        log.Do("normalise", WalkValue.Of(lit), () => Normalise(lit), (step, result) => step with
        {
            Out = WalkValue.Of(result),
            Did = "mean subtracted, divided by the standard deviation",
            // its own range, from black to white
            Picture = TensorPictures.ToImages((result - result.min()).div(result.max() - result.min()))[0],
        });
    }

    private static WalkStep Show(WalkStep step, Tensor pixels) =>
        step with { Out = WalkValue.Of(pixels), Picture = TensorPictures.ToImages(pixels)[0] };

    private Tensor Normalise(Tensor pixels)
    {
        var mean = tensor([.. preprocessing.Normalization.Mean], [1, 3, 1, 1]);
        var std = tensor([.. preprocessing.Normalization.Std], [1, 3, 1, 1]);
        return (pixels - mean) / std;
    }

    private string ClassName() => photo.Several is not null ? photo.Say(classes) : photo.Label >= 0 && photo.Label < classes.Count
        ? classes[photo.Label]
        : throw new UserException("the photo has no label", photo.Path, "Check `labels`, and the reasons photos were left out.");

    /// <summary>The border of the network's input within the window, found by sampling the window's coordinates.</summary>
    private (float X, float Y)[] Outline()
    {
        using var scope = NewDisposeScope();
        using var transform = new BatchTransform(preprocessing.Size, preprocessing.Normalization);
        var (side, size) = (preprocessing.Presize, preprocessing.Size);
        var axis = TensorMath.Arange(side).AddInPlace(.5);
        var places = stack([axis.unsqueeze(0).expand(side, side), axis.unsqueeze(1).expand(side, side)]).unsqueeze(0); // float32 [1,2,S,S]
        var xy = transform.Sample(places.contiguous(), [draw]).reshape(2, size * size).contiguous().data<float>().ToArray();
        var last = size - 1;
        int[] along = [.. Enumerable.Range(0, 17).Select(i => i * last / 16)];
        int[] border =
        [
            .. along, .. along.Select(i => i * size + last), .. along.Reverse().Select(i => last * size + i),
            .. along.Reverse().Select(i => i * size),
        ];
        return [.. border.Select(i => (xy[i], xy[size * size + i]))];
    }
}
