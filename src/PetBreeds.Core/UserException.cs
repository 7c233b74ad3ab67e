namespace PetBreeds;

/// <summary>
/// An error the user can act on: what is wrong, where, and what to do. It is the only exception whose text is shown without a trace.
/// </summary>
/// <param name="problem">One sentence that says what is wrong, with the offending value.</param>
/// <param name="place">The file, flag or setting it concerns; null where the problem names it.</param>
/// <param name="remedy">One sentence that says what to do; null where the problem makes it plain.</param>
/// <param name="cause">The underlying exception, shown with <c>--verbose</c>.</param>
public sealed class UserException(string problem, string? place = null, string? remedy = null, Exception? cause = null)
    : Exception(place is null ? problem : $"{place}: {problem}", cause)
{
    /// <summary>What is wrong.</summary>
    public string Problem { get; } = problem;

    /// <summary>The file, flag or setting it concerns, if the problem does not name it.</summary>
    public string? Place { get; } = place;

    /// <summary>What to do about it.</summary>
    public string? Remedy { get; } = remedy;
}
