namespace PetBreeds.Cli.Web.Serve;

/// <summary>A request that is answered with a problem.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="detail">What is wrong, for people.</param>
/// <param name="retryAfter">In seconds: when to try again; null where that would not help.</param>
internal sealed class ProblemException(int status, string detail, int? retryAfter = null) : Exception(detail)
{
    public int Status { get; } = status;

    public int? RetryAfter { get; } = retryAfter;

    /// <summary>Whether so much of the request is still to come that no other can follow it.</summary>
    public bool ClosesConnection { get; init; } = status == 408;
}
