namespace PetBreeds.Runtime.Downloads;

/// <summary>Why a try did not bring the whole file.</summary>
/// <param name="reason">To complete "... cannot be fetched: ".</param>
/// <param name="again">Whether another try may help.</param>
/// <param name="after">How long the server asks to wait; null where it does not say.</param>
/// <param name="cause">The underlying exception.</param>
internal sealed class TransferException(string reason, bool again, TimeSpan? after = null, Exception? cause = null)
    : Exception(reason, cause)
{
    public bool Again { get; } = again;

    public TimeSpan? After { get; } = after;
}
