using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using PetBreeds.Runtime;
using PetBreeds.Runtime.Downloads;

namespace PetBreeds.Models;

/// <summary>The weights named by the setting <c>weights</c>.</summary>
/// <param name="Name">"imagenet-v2", or the given file or URL.</param>
/// <param name="Path">The local file, which may not exist yet.</param>
/// <param name="Remote">Where to download it; null for a local file.</param>
internal sealed record WeightChoice(string Name, string Path, RemoteFile? Remote);

/// <summary>Locates pretrained weights: torchvision's by name, a URL, or a file.</summary>
internal static partial class PretrainedWeights
{
    private const string Torchvision = "https://download.pytorch.org/models/";

    // Names and sizes (in MiB there) are those of torchvision 0.21's models/resnet.py and convnext.py; the suffix is the beginning of the
    // file's SHA-256.
    private static readonly (string Plan, InitialWeights Set, string Suffix, double Mebibytes)[] Catalogue =
    [
        ("resnet18", InitialWeights.ImageNetV1, "f37072fd", 44.661),
        ("resnet34", InitialWeights.ImageNetV1, "b627a593", 83.275),
        ("resnet50", InitialWeights.ImageNetV1, "0676ba61", 97.781),
        ("resnet50", InitialWeights.ImageNetV2, "11ad3fa6", 97.790),
        ("resnet101", InitialWeights.ImageNetV1, "63fe2227", 170.511),
        ("resnet101", InitialWeights.ImageNetV2, "cd907fc2", 170.530),
        ("resnet152", InitialWeights.ImageNetV1, "394f9c45", 230.434),
        ("resnet152", InitialWeights.ImageNetV2, "f82ba261", 230.474),
        ("resnext50_32x4d", InitialWeights.ImageNetV1, "7cdf4587", 95.789),
        ("resnext50_32x4d", InitialWeights.ImageNetV2, "1a0047aa", 95.833),
        ("resnext101_32x8d", InitialWeights.ImageNetV1, "8ba56ff5", 339.586),
        ("resnext101_32x8d", InitialWeights.ImageNetV2, "110c445d", 339.673),
        ("wide_resnet50_2", InitialWeights.ImageNetV1, "95faca4d", 131.820), // in half precision
        ("wide_resnet50_2", InitialWeights.ImageNetV2, "9ba9bcbe", 263.124),
        ("convnext_tiny", InitialWeights.ImageNetV1, "983f1562", 109.119),
        ("convnext_small", InitialWeights.ImageNetV1, "0c510722", 191.703),
        ("convnext_base", InitialWeights.ImageNetV1, "6075fbad", 338.064),
    ];

    /// <summary>Locates weights for an architecture; null for none. Nothing is downloaded.</summary>
    /// <exception cref="UserException">
    /// The file does not exist, there is no such set for the architecture, or the URL is invalid.
    /// </exception>
    public static WeightChoice? Choose(InitialWeights weights, Architecture plan)
    {
        if (weights == InitialWeights.None)
            return null;
        if (weights.IsListed)
            return Listed(weights, plan);
        var text = weights.ToString();
        return weights.IsUrl ? Linked(text)
            : File.Exists(text) ? new WeightChoice(text, Path.GetFullPath(text), null)
            : throw (Directory.Exists(text)
                ? new UserException("this is a folder, but weights are read from a file", text,
                    "Name the file in it, such as model.safetensors or pytorch_model.bin.")
                : new UserException("there is no such weight file", text,
                    "As `weights`, give a .pth or .safetensors file, a URL, 'imagenet' or 'none'."));
    }

    /// <summary>What must be downloaded before the weights can be used; null if they are available locally or none are requested.</summary>
    /// <exception cref="UserException">See <see cref="Choose"/>.</exception>
    public static DownloadPlan? Missing(InitialWeights weights, Architecture plan) =>
        Choose(weights, plan) is { Remote: { } remote } && !File.Exists(remote.Path)
        ? new DownloadPlan($"the weights '{weights}' of {plan.Name}", [remote], "give a file as `weights`, or use `weights none`",
            (progress, cancel) => new Downloader().FetchAsync(remote, progress, cancel))
        : null;

    /// <summary>Resolves weights to a local file; null for none.</summary>
    /// <exception cref="UserException">The weights have not been downloaded.</exception>
    public static WeightChoice? Resolve(InitialWeights weights, Architecture plan) => Choose(weights, plan) is { } choice
        ? File.Exists(choice.Path) ? choice
            : throw new UserException($"the weights '{weights}' of {plan.Name} have not been downloaded", choice.Path,
                $"Let them be downloaded, or {choice.Remote!.ByHand}; or give your own file as `weights`, or use `weights none`.")
        : null;

    private static WeightChoice Listed(InitialWeights set, Architecture plan)
    {
        var (_, name, suffix, size) = Catalogue.LastOrDefault(entry =>
            entry.Plan == plan.Name && (set == InitialWeights.ImageNet || entry.Set == set));
        if (name is null)
            throw new UserException($"torchvision has no weights '{set}' for {plan.Name}", "`weights`", "Use `weights imagenet`.");
        var file = $"{plan.Name}-{suffix}.pth";
        var path = Path.Combine(CacheFolder.Root, "weights", file);
        return new WeightChoice(name.ToString(), path,
            new RemoteFile(Mirror.Of(Torchvision + file), path, (long)(size * 1024 * 1024), null, ContentHash.Sha256(suffix)));
    }

    /// <summary>
    /// Weights from a URL are stored under their own name, prefixed with a key of the URL. <c>#sha256=...</c> at its end specifies their
    /// hash.
    /// </summary>
    private static WeightChoice Linked(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url))
            throw new UserException("this is not a valid URL", address, "As `weights`, give https://..., a file, 'imagenet' or 'none'.");
        var hash = url.Fragment.StartsWith("#sha256=") ? url.Fragment["#sha256=".Length..].ToLowerInvariant() : null;
        if (hash is not null && !HexDigits().IsMatch(hash))
            throw new UserException($"'{hash}' is not a SHA-256 hash", address, "Give 8 to 64 hexadecimal digits after #sha256=.");
        var plain = new UriBuilder(url) { Fragment = "" }.Uri;
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plain.AbsoluteUri)))[..8];
        var name = NotInNames().Replace(plain.Segments[^1], "_");
        var path = Path.Combine(CacheFolder.Root, "weights", $"{key}-{(name.Length > 80 ? name[^80..] : name)}");
        return new WeightChoice(address, path, new RemoteFile(plain, path, null, null, hash is null ? null : ContentHash.Sha256(hash)));
    }

    [GeneratedRegex("^[0-9a-f]{8,64}$")]
    private static partial Regex HexDigits();

    [GeneratedRegex("[^A-Za-z0-9._-]")]
    private static partial Regex NotInNames();
}
