namespace PetBreeds.Runtime.Downloads;

/// <summary>An attempt that did not download the whole file.</summary>
/// <param name="reason">The reason, to complete "... cannot be fetched: ".</param>
/// <param name="again">Whether another attempt may help.</param>
/// <param name="after">The delay that the server asks for; null if it does not specify one.</param>
/// <param name="cause">The underlying exception.</param>
internal sealed class TransferException(string reason, bool again, TimeSpan? after = null, Exception? cause = null)
    : Exception(reason, cause)
{
    public bool Again { get; } = again;

    public TimeSpan? After { get; } = after;
}
