namespace PetBreeds;

/// <summary>
/// An error the user can act on: what is wrong, where, and what to do about it. It is the only exception whose message is shown without a
/// stack trace.
/// </summary>
/// <param name="problem">One sentence that describes the problem, with the offending value.</param>
/// <param name="place">The file or setting concerned, a setting as its key in backticks; null if the problem names it.</param>
/// <param name="remedy">One sentence that says what to do; null if the problem makes it obvious.</param>
/// <param name="cause">The underlying exception.</param>
/// <remarks>
/// The texts name a setting by its key in backticks, optionally with a value, as in "use `views 0`". Front ends may reword it.
/// </remarks>
public sealed class UserException(string problem, string? place = null, string? remedy = null, Exception? cause = null)
    : Exception(place is null ? problem : $"{place}: {problem}", cause)
{
    /// <summary>The problem.</summary>
    public string Problem { get; } = problem;

    /// <summary>The file or setting concerned, if the problem does not name it.</summary>
    public string? Place { get; } = place;

    /// <summary>The suggested remedy.</summary>
    public string? Remedy { get; } = remedy;

    /// <summary>The next step that helps, for front ends that word it in their own terms.</summary>
    internal NextStep? Next { get; init; }
}
