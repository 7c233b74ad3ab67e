namespace PetBreeds.Runtime.Files;

/// <summary>
/// Converts failures of the system to write a file (a full or read-only disk, missing permissions, a missing folder) to user errors.
/// </summary>
internal static class WriteErrors
{
    /// <summary>The usual remedy.</summary>
    public const string Remedy = "Choose a folder you can write to, with free space.";

    /// <inheritdoc cref="Guard{T}"/>
    public static void Guard(string path, string what, Action write, string remedy = Remedy) => Guard(path, what, () =>
    {
        write();
        return true;
    }, remedy);

    /// <summary>Runs an action that writes a file.</summary>
    /// <param name="path">The file, for the error.</param>
    /// <param name="what">A description of the file, to complete "... cannot be written", such as "the report".</param>
    /// <param name="write">Writes the file.</param>
    /// <param name="remedy">What to do if it fails.</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
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
