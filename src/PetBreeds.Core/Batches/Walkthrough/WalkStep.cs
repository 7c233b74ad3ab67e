using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Batches.Walkthrough;

/// <summary>One step on the way from a file to the network's input.</summary>
/// <param name="Name">Name in one word, such as "decode".</param>
/// <param name="In">The input.</param>
/// <param name="Out">The output; null if the step failed.</param>
/// <param name="Time">Its duration; not that of the first run, which would include loading code.</param>
/// <param name="Did">What was done, in a few words.</param>
/// <param name="Warning">A problem that does not affect the program but may affect the training; null for none.</param>
/// <param name="Failure">Why the step failed; null if it succeeded. A failed step is the last one.</param>
/// <param name="Picture">A picture of the result; null if there is nothing new to see.</param>
/// <param name="Taken">The outline of the part of the picture that the next step uses, in its pixels; null for all of it.</param>
internal sealed record WalkStep(
    string Name, WalkValue In, WalkValue? Out, TimeSpan Time, string Did = "", string? Warning = null, UserException? Failure = null,
    RgbImage? Picture = null, IReadOnlyList<(float X, float Y)>? Taken = null);

/// <summary>Records steps as they happen. A failed step is the last one.</summary>
internal sealed class WalkLog
{
    private readonly List<WalkStep> _steps = [];

    public IReadOnlyList<WalkStep> Steps => _steps;

    /// <summary>Runs a step.</summary>
    /// <param name="name">Name in one word.</param>
    /// <param name="given">The input.</param>
    /// <param name="work">The work to time.</param>
    /// <param name="tell">Completes the record from the result; not timed.</param>
    /// <exception cref="WalkEndException">The step failed; this has been recorded.</exception>
    public T Do<T>(string name, WalkValue given, Func<T> work, Func<WalkStep, T, WalkStep> tell)
    {
        var step = new WalkStep(name, given, null, TimeSpan.Zero);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        try
        {
            var result = work();
            step = step with { Time = clock.Elapsed };
            _steps.Add(tell(step, result));
            return result;
        }
        catch (Exception e) when (e is not OperationCanceledException) // whatever it is, the step in which it happened is what matters
        {
            var failure = e as UserException ?? new UserException(e.Message.Split('\n')[0], cause: e);
            _steps.Add(step with { Time = clock.Elapsed, Failure = failure });
            throw new WalkEndException(failure);
        }
    }

    /// <summary>Runs a walk to its end or to the first failure.</summary>
    public static IReadOnlyList<WalkStep> Run(Action<WalkLog> walk)
    {
        var log = new WalkLog();
        try
        {
            walk(log);
        }
        catch (WalkEndException)
        {
            // recorded
        }
        return log.Steps;
    }

    private sealed class WalkEndException(UserException failure) : Exception(failure.Message, failure);
}
