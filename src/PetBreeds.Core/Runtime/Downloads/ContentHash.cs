using System.Security.Cryptography;

namespace PetBreeds.Runtime.Downloads;

/// <summary>What is known of a file's content.</summary>
/// <param name="Algorithm">MD5 or SHA-256. MD5 tells damage, not forgery; it is all that the pets' publishers give.</param>
/// <param name="Hex">The hash, or its head (torchvision names its files by the first 8 digits), in lower case.</param>
/// <param name="FirstBytes">How many bytes from the start were hashed; null: all.</param>
internal sealed record ContentHash(HashAlgorithmName Algorithm, string Hex, long? FirstBytes = null)
{
    /// <summary>A whole file's MD5.</summary>
    public static ContentHash Md5(string hex) => new(HashAlgorithmName.MD5, hex);

    /// <summary>A whole file's SHA-256 or the head of it.</summary>
    public static ContentHash Sha256(string hex) => new(HashAlgorithmName.SHA256, hex);

    /// <summary>What is wrong with a file; null if nothing is.</summary>
    /// <param name="file">Read from its start to its end.</param>
    /// <param name="cancel">Looked at between pieces.</param>
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

    /// <summary>Whether a whole hash begins as this one.</summary>
    internal bool Agrees(string hex) => hex.StartsWith(Hex, StringComparison.Ordinal);
}
