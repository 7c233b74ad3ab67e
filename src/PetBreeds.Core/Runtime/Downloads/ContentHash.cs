using System.Security.Cryptography;

namespace PetBreeds.Runtime.Downloads;

/// <summary>The expected hash of a file's content.</summary>
/// <param name="Algorithm">MD5 or SHA-256. MD5 detects damage, but not forgery; the publishers of the pets provide nothing else.</param>
/// <param name="Hex">The hash, or its beginning (torchvision's file names contain the first 8 digits), in lower case.</param>
/// <param name="FirstBytes">Number of bytes from the start that are hashed; null for all.</param>
internal sealed record ContentHash(HashAlgorithmName Algorithm, string Hex, long? FirstBytes = null)
{
    /// <summary>Creates the MD5 hash of a whole file.</summary>
    public static ContentHash Md5(string hex) => new(HashAlgorithmName.MD5, hex);

    /// <summary>Creates the SHA-256 hash of a whole file, or the beginning of the hash.</summary>
    public static ContentHash Sha256(string hex) => new(HashAlgorithmName.SHA256, hex);

    /// <summary>Describes how a file differs from the hash; null if it matches.</summary>
    /// <param name="file">The file, which is read from start to end.</param>
    /// <param name="cancel">Checked between blocks.</param>
    internal async Task<string?> MismatchAsync(Stream file, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(Algorithm);
        var buffer = new byte[1 << 17];
        file.Position = 0;
        for (var left = FirstBytes ?? long.MaxValue; left > 0;)
        {
            var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancel);
            if (read == 0)
                break;
            hash.AppendData(buffer, 0, read);
            left -= read;
        }
        var actual = Convert.ToHexStringLower(hash.GetHashAndReset());
        return Agrees(actual) ? null : $"its {Algorithm.Name} is {actual[..Hex.Length]}, not {Hex}";
    }

    /// <summary>Whether a complete hash starts with this one.</summary>
    internal bool Agrees(string hex) => hex.StartsWith(Hex, StringComparison.Ordinal);
}
