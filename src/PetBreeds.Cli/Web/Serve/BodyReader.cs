using Microsoft.AspNetCore.Http;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>Reads a body, or a part of one, into memory that grows as bytes come: a length that was only promised takes none.</summary>
/// <param name="limit">The most bytes.</param>
/// <param name="share">What it may take of the memory for all bodies.</param>
internal sealed class BodyReader(long limit, BodyBudget.Share share)
{
    private const int FirstBytes = 64 << 10;

    private long _read;

    /// <exception cref="ProblemException">It is too long.</exception>
    public async Task<ReadOnlyMemory<byte>> Read(Stream body, CancellationToken cancel)
    {
        var (bytes, length) = (Grown([], 0), 0);
        while (await body.ReadAsync(bytes.AsMemory(length), cancel) is > 0 and var count)
        {
            length += count;
            if ((_read += count) > limit)
                throw TooLong(limit);
            if (length == bytes.Length)
                bytes = Grown(bytes, length);
        }
        return bytes.AsMemory(0, length);
    }

    /// <param name="limit">How long it may be.</param>
    /// <param name="farTooLong">Whether it is not even read to be thrown away.</param>
    public static ProblemException TooLong(long limit, bool farTooLong = false) =>
        new(StatusCodes.Status413PayloadTooLarge, FormattableString.Invariant($"the body exceeds {limit / 1048576.0:0.##} MB"))
        {
            ClosesConnection = farTooLong,
        };

    private byte[] Grown(byte[] bytes, int length)
    {
        var larger = (int)Math.Min(Math.Max(2L * length, FirstBytes), Array.MaxLength);
        share.Take(larger - length);
        Array.Resize(ref bytes, larger);
        return bytes;
    }
}
