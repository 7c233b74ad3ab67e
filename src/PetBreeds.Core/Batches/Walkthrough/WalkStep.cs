using PetBreeds.Pixels.Decoding;

namespace PetBreeds.Batches.Walkthrough;

/// <summary>One step on the way from a file to the network's input.</summary>
/// <param name="Name">In a word: "decode".</param>
/// <param name="In">What went in.</param>
/// <param name="Out">What came out; null where the step failed.</param>
/// <param name="Time">What it took; not the first time, which would measure the loading of code.</param>
/// <param name="Did">What was done, in a few words.</param>
/// <param name="Warning">What does no harm to the program and may harm the training; null for nothing.</param>
/// <param name="Failure">Why the step failed; null where it did not. No step follows one that failed.</param>
/// <param name="Picture">What the result looks like; null where there is nothing new to see.</param>
/// <param name="Taken">The outline of what the next step takes of the picture, in its pixels; null for all of it.</param>
internal sealed record WalkStep(
    string Name, WalkValue In, WalkValue? Out, TimeSpan Time, string Did = "", string? Warning = null, UserException? Failure = null,
    RgbImage? Picture = null, IReadOnlyList<(float X, float Y)>? Taken = null);

/// <summary>Notes each step as it happens. The first that fails is the last.</summary>
internal sealed class WalkLog
{
    private readonly List<WalkStep> _steps = [];

    public IReadOnlyList<WalkStep> Steps => _steps;

    /// <summary>Does a step.</summary>
    /// <param name="name">In a word.</param>
    /// <param name="given">What goes in.</param>
    /// <param name="work">What is timed.</param>
    /// <param name="tell">Completes the note from the result; not timed.</param>
    /// <exception cref="WalkEndException">The step failed; it is noted.</exception>
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
        catch (Exception e) when (e is not OperationCanceledException) // whatever it is, the step it happened in is what one wants to know
        {
            var failure = e as UserException ?? new UserException(e.Message.Split('\n')[0], cause: e);
            _steps.Add(step with { Time = clock.Elapsed, Failure = failure });
            throw new WalkEndException(failure);
        }
    }

    /// <summary>Runs a walk to its end or to the step that fails.</summary>
    public static IReadOnlyList<WalkStep> Run(Action<WalkLog> walk)
    {
        var log = new WalkLog();
        try
        {
            walk(log);
        }
        catch (WalkEndException)
        {
            // noted
        }
        return log.Steps;
    }

    private sealed class WalkEndException(UserException failure) : Exception(failure.Message, failure);
}
