namespace PetBreeds.Runtime.Downloads;

/// <summary>
/// A stand-in for the web: with <c>PETBREEDS_MIRROR=https://files.example/mirror</c>, <c>https://download.pytorch.org/models/x.pth</c> is
/// taken from <c>https://files.example/mirror/download.pytorch.org/models/x.pth</c>, which is how <c>wget --force-directories</c> lays
/// files out. What is known of a file's content is checked all the same.
/// </summary>
internal static class Mirror
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "PETBREEDS_MIRROR";

    /// <summary>The address to take a file from.</summary>
    /// <exception cref="UserException">The variable holds no http or https address.</exception>
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
