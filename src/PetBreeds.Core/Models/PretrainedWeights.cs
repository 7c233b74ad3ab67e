using PetBreeds.Runtime;

namespace PetBreeds.Models;

/// <summary>Where pretrained weights come from.</summary>
public static class PretrainedWeights
{
    /// <summary>torchvision's newest weights for the architecture.</summary>
    public const string ImageNet = "imagenet";

    /// <summary>No weights: train from scratch.</summary>
    public const string None = "none";

    private const string Source = "https://download.pytorch.org/models";

    /// <summary>torchvision's file for an architecture: V2 weights where there are some, else V1. The suffix is the head of the file's SHA-256.</summary>
    public static string FileName(Architecture plan) => plan.Name switch
    {
        "resnet18" => "resnet18-f37072fd.pth",
        "resnet34" => "resnet34-b627a593.pth",
        "resnet50" => "resnet50-11ad3fa6.pth",
        "resnet101" => "resnet101-cd907fc2.pth",
        "resnet152" => "resnet152-f82ba261.pth",
        _ => throw new ArgumentOutOfRangeException(nameof(plan), plan.Name, "no weights are known"),
    };

    /// <summary>The file that <c>--weights</c> names; null for "none".</summary>
    /// <exception cref="UserException">There is no such file.</exception>
    public static string? Resolve(string weights, Architecture plan)
    {
        if (weights == None)
            return null;
        if (weights != ImageNet)
        {
            return File.Exists(weights) ? Path.GetFullPath(weights)
                : throw new UserException("there is no such weight file", weights, "Give a .pth or .safetensors file, 'imagenet' or 'none' to --weights.");
        }
        var path = Path.Combine(CacheFolder.Root, "weights", FileName(plan));
        return File.Exists(path) ? path
            : throw new UserException($"the ImageNet weights of {plan.Name} are not here", path,
                $"Fetch {Source}/{FileName(plan)} and put it there, give a file of your own to --weights, or use --weights none.");
    }
}
