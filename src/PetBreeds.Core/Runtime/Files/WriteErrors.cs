namespace PetBreeds.Runtime.Files;

/// <summary>
/// What the system refuses when a file is written (a full or read-only disk, no permission, a missing folder) is the user's error.
/// </summary>
internal static class WriteErrors
{
    /// <summary>What helps in most places.</summary>
    public const string Remedy = "Choose a folder you can write to, with free space.";

    /// <inheritdoc cref="Guard{T}"/>
    public static void Guard(string path, string what, Action write, string remedy = Remedy) => Guard(path, what, () =>
    {
        write();
        return true;
    }, remedy);

    /// <summary>Does what writes a file.</summary>
    /// <param name="path">The file, for the error.</param>
    /// <param name="what">What it is, to complete "... cannot be written": "the report".</param>
    /// <param name="write">What writes it.</param>
    /// <param name="remedy">What to do where it fails.</param>
    /// <exception cref="UserException">The system refuses.</exception>
    public static T Guard<T>(string path, string what, Func<T> write, string remedy = Remedy)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{what} cannot be written: {e.Message}", path, remedy, e);
        }
    }
}
