using PetBreeds.Models;
using PetBreeds.Runtime.Downloads;
using Xunit;

namespace PetBreeds.Tests.Models;

/// <summary>What the setting weights may say; nothing here touches the network.</summary>
public sealed class WeightNamesTests
{
    [Theory]
    [InlineData("resnet18", "imagenet", "imagenet-v1", "resnet18-f37072fd.pth")]
    [InlineData("resnet34", "imagenet", "imagenet-v1", "resnet34-b627a593.pth")]
    [InlineData("resnet50", "imagenet", "imagenet-v2", "resnet50-11ad3fa6.pth")]
    [InlineData("resnet50", "imagenet-v1", "imagenet-v1", "resnet50-0676ba61.pth")]
    [InlineData("resnet50", "imagenet-v2", "imagenet-v2", "resnet50-11ad3fa6.pth")]
    [InlineData("resnet101", "imagenet", "imagenet-v2", "resnet101-cd907fc2.pth")]
    [InlineData("resnet101", "imagenet-v1", "imagenet-v1", "resnet101-63fe2227.pth")]
    [InlineData("resnet152", "imagenet", "imagenet-v2", "resnet152-f82ba261.pth")]
    [InlineData("resnet152", "imagenet-v1", "imagenet-v1", "resnet152-394f9c45.pth")]
    [InlineData("resnext50_32x4d", "imagenet", "imagenet-v2", "resnext50_32x4d-1a0047aa.pth")]
    [InlineData("resnext50_32x4d", "imagenet-v1", "imagenet-v1", "resnext50_32x4d-7cdf4587.pth")]
    [InlineData("resnext101_32x8d", "imagenet", "imagenet-v2", "resnext101_32x8d-110c445d.pth")]
    [InlineData("resnext101_32x8d", "imagenet-v1", "imagenet-v1", "resnext101_32x8d-8ba56ff5.pth")]
    [InlineData("wide_resnet50_2", "imagenet", "imagenet-v2", "wide_resnet50_2-9ba9bcbe.pth")]
    [InlineData("wide_resnet50_2", "imagenet-v1", "imagenet-v1", "wide_resnet50_2-95faca4d.pth")]
    [InlineData("convnext_tiny", "imagenet", "imagenet-v1", "convnext_tiny-983f1562.pth")]
    [InlineData("convnext_small", "imagenet", "imagenet-v1", "convnext_small-0c510722.pth")]
    [InlineData("convnext_base", "imagenet", "imagenet-v1", "convnext_base-6075fbad.pth")]
    public void Names_stand_for_torchvisions_files(string arch, string weights, string set, string file)
    {
        var choice = PretrainedWeights.Choose(InitialWeights.Parse(weights), Architecture.Named(arch))!;
        Assert.Equal(set, choice.Name);
        Assert.Equal(file, Path.GetFileName(choice.Path));
        Assert.Equal($"https://download.pytorch.org/models/{file}", choice.Remote!.Url.ToString());
        Assert.Equal(file.Split('-', '.')[1], choice.Remote.Hash!.Hex);
        Assert.InRange(choice.Remote.About!.Value, 40_000_000, 360_000_000);
    }

    [Fact]
    public void A_set_that_does_not_exist_is_said() =>
        Assert.Contains("no weights 'imagenet-v2' for resnet18", Problem("imagenet-v2", "resnet18"));

    [Fact]
    public void Every_architecture_has_weights() =>
        Assert.All(Architecture.All,
            plan => Assert.StartsWith($"{plan.Name}-", Path.GetFileName(PretrainedWeights.Choose(InitialWeights.ImageNet, plan)!.Path)));

    [Fact]
    public void No_text_names_no_weights() =>
        Assert.Equal("no weights are given", Assert.Throws<FormatException>(() => InitialWeights.Parse(" ")).Message);

    [Fact]
    public void None_is_none() => Assert.Null(PretrainedWeights.Choose(InitialWeights.None, Architecture.Named("resnet18")));

    [Theory]
    [InlineData("https://example.org/a/my%20net.pth?token=1", "my_20net.pth", null)]
    [InlineData("http://example.org/x.safetensors#sha256=0123456789ABCDEF", "x.safetensors", "0123456789abcdef")]
    [InlineData("https://example.org/", "_", null)]
    public void Addresses_have_a_place_of_their_own(string address, string name, string? hash)
    {
        var choice = PretrainedWeights.Choose(InitialWeights.File(address), Architecture.Named("resnet18"))!;
        Assert.Matches($"^[0-9a-f]{{8}}-{System.Text.RegularExpressions.Regex.Escape(name)}$", Path.GetFileName(choice.Path));
        Assert.Equal(hash, choice.Remote!.Hash?.Hex);
        Assert.Equal(address.Split('#')[0], choice.Remote.Url.AbsoluteUri);
        var other = InitialWeights.File(address.Split('#')[0] + "x");
        Assert.NotEqual(choice.Path, PretrainedWeights.Choose(other, Architecture.Named("resnet18"))!.Path);
    }

    [Theory]
    [InlineData("https://", "this is not a valid URL")]
    [InlineData("https://example.org/x.pth#sha256=lots", "'lots' is not a SHA-256 hash")]
    [InlineData("imagenet-v3", "no such weight file")]
    [InlineData("nowhere.pth", "no such weight file")]
    public void What_names_nothing_is_refused(string weights, string problem) => Assert.Contains(problem, Problem(weights, "resnet50"));

    [Fact]
    public void A_folder_is_no_file() => Assert.Contains("this is a folder, but weights", Problem(Path.GetTempPath(), "resnet50"));

    [Fact]
    public void A_file_that_is_not_what_its_name_says_is_refused()
    {
        var path = Tests.Golden.Path("weights/zip.pth");
        var url = new Uri("https://example.org/zip.pth");
        var choice = new WeightChoice("imagenet-v2", path, new RemoteFile(url, path, null, null, ContentHash.Sha256("00000000")));
        var error = Assert.Throws<UserException>(() => StartingWeights.Load(null!, choice)); // seen before the network is touched
        Assert.Equal(path, error.Place);
        Assert.Contains("this is not the file it is named after: its SHA-256 is ", error.Problem);
    }

    [Fact]
    public void Mirror_is_off_unless_chosen() =>
        Assert.Equal(Environment.GetEnvironmentVariable(Mirror.Variable) is null, Mirror.Of("https://example.org/x").Host == "example.org");

    private static string Problem(string weights, string arch) =>
        Assert.Throws<UserException>(() => PretrainedWeights.Choose(InitialWeights.Parse(weights), Architecture.Named(arch))).Problem;
}
