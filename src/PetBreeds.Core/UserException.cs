namespace PetBreeds;

/// <summary>
/// An error the user can act on: what is wrong, where, and what to do. It is the only exception whose text is shown without a trace.
/// </summary>
/// <param name="problem">One sentence that says what is wrong, with the offending value.</param>
/// <param name="place">The file or setting it concerns, a setting as its key in backticks; null where the problem names it.</param>
/// <param name="remedy">One sentence that says what to do; null where the problem makes it plain.</param>
/// <param name="cause">The underlying exception.</param>
/// <remarks>
/// Its texts name a setting by its key in backticks, perhaps with a value, as in "use `views 0`". Front ends may write it in their own way.
/// </remarks>
public sealed class UserException(string problem, string? place = null, string? remedy = null, Exception? cause = null)
    : Exception(place is null ? problem : $"{place}: {problem}", cause)
{
    /// <summary>What is wrong.</summary>
    public string Problem { get; } = problem;

    /// <summary>The file or setting it concerns, if the problem does not name it.</summary>
    public string? Place { get; } = place;

    /// <summary>What to do about it.</summary>
    public string? Remedy { get; } = remedy;

    /// <summary>What helps with it, for a front end that can name its own way of doing so.</summary>
    internal NextStep? Next { get; init; }
}
