namespace PetBreeds.Runtime.Downloads;

/// <summary>
/// A mirror for all downloads: with <c>PETBREEDS_MIRROR=https://files.example/mirror</c>, <c>https://download.pytorch.org/models/x.pth</c>
/// is downloaded from <c>https://files.example/mirror/download.pytorch.org/models/x.pth</c>, the layout of <c>wget --force-directories</c>.
/// Hashes are still verified.
/// </summary>
internal static class Mirror
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "PETBREEDS_MIRROR";

    /// <summary>The URL from which to download a file.</summary>
    /// <exception cref="UserException">The variable does not contain an http or https URL.</exception>
    public static Uri Of(string url)
    {
        var original = new Uri(url);
        var chosen = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(chosen))
            return original;
        return Uri.TryCreate(chosen, UriKind.Absolute, out var root) && root.Scheme is "http" or "https"
            ? new Uri($"{chosen.TrimEnd('/')}/{original.Host}{original.PathAndQuery}")
            : throw new UserException($"'{chosen}' is not an http or https URL", Variable, "Set it to the URL of a mirror, or unset it.");
    }
}
