using Microsoft.AspNetCore.Http;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>Bounds the memory of all bodies that are being read or waiting for their answers.</summary>
/// <param name="bytes">For all requests together.</param>
internal sealed class BodyBudget(long bytes)
{
    private const int RetrySeconds = 2;

    private long _left = bytes;

    /// <summary>What is left of it.</summary>
    public long Left => Interlocked.Read(ref _left);

    /// <summary>A request's part, which grows as its body comes. Dispose it when the answer is there.</summary>
    public Share Open() => new(this);

    /// <summary>A request's part of the memory.</summary>
    internal sealed class Share(BodyBudget budget) : IDisposable
    {
        private long _taken;

        /// <exception cref="ProblemException">The other requests have it.</exception>
        public void Take(long bytes)
        {
            if (Interlocked.Add(ref budget._left, -bytes) < 0)
            {
                Interlocked.Add(ref budget._left, bytes);
                throw new ProblemException(StatusCodes.Status429TooManyRequests,
                    "too many photos are being sent at once; try again shortly", RetrySeconds);
            }
            _taken += bytes;
        }

        public void Dispose()
        {
            Interlocked.Add(ref budget._left, _taken);
            _taken = 0;
        }
    }
}
