using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Evaluation.Serving;

/// <summary>A photo to answer for: the bytes of a picture file.</summary>
/// <param name="Name">What errors call it.</param>
/// <param name="Bytes">The whole file.</param>
internal sealed record EncodedPhoto(string Name, ReadOnlyMemory<byte> Bytes);

/// <summary>The answer for one photo.</summary>
/// <param name="Name">The photo's.</param>
/// <param name="Probabilities">One for each class; empty where there is an error.</param>
/// <param name="Error">Why it could not be read, else null.</param>
internal sealed record PhotoAnswer(string Name, double[] Probabilities, UserException? Error)
{
    /// <summary>See <see cref="Prediction.IsUnfamiliar"/>.</summary>
    public bool Unfamiliar { get; init; }

    /// <summary>The most probable classes.</summary>
    /// <param name="classes">Class names, in the order of the probabilities.</param>
    /// <param name="top">How many.</param>
    public Prediction Predict(IReadOnlyList<string> classes, int top) =>
        new(Name, ClassProbability.Best(classes, Probabilities, top), Error) { IsUnfamiliar = Unfamiliar };
}

/// <summary>A photo on its way through a <see cref="PredictionQueue"/>.</summary>
/// <param name="photo">Which.</param>
/// <param name="submitted">When it came, as the clock of the queue counts.</param>
/// <param name="cancel">When nobody waits for the answer any more.</param>
internal sealed class PendingPhoto(EncodedPhoto photo, long submitted, CancellationToken cancel)
{
    private readonly TaskCompletionSource<PhotoAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => photo.Name;

    public long Submitted => submitted;

    public bool IsCancelled => cancel.IsCancellationRequested;

    /// <summary>Presized; set by a decoder.</summary>
    public RgbImage? Pixels { get; private set; }

    /// <summary>When the pixels were ready.</summary>
    public long Decoded { get; private set; }

    /// <summary>How long decoding took.</summary>
    public TimeSpan DecodeTime { get; private set; }

    public Task<PhotoAnswer> Answer => _answer.Task;

    /// <summary>Decodes it; its bytes are not needed any more then.</summary>
    /// <exception cref="UserException">It cannot be read.</exception>
    public void Decode(Func<EncodedPhoto, RgbImage> presize, TimeProvider time)
    {
        var (encoded, begun) = (photo, time.GetTimestamp());
        photo = encoded with { Bytes = default };
        Pixels = presize(encoded);
        Decoded = time.GetTimestamp();
        DecodeTime = time.GetElapsedTime(begun, Decoded);
    }

    public void Complete(ClassifiedPhoto classified) =>
        _answer.TrySetResult(new PhotoAnswer(Name, classified.Probabilities, null) { Unfamiliar = classified.Unfamiliar });

    /// <summary>The picture is no good; the answer says so.</summary>
    public void CompleteUnreadable(UserException error) => _answer.TrySetResult(new PhotoAnswer(Name, [], error));

    /// <summary>There is no answer.</summary>
    public void Fail(Exception error) => _answer.TrySetException(error);

    public void Cancel() => _answer.TrySetCanceled(cancel);
}
