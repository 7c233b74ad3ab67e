using PetBreeds.Tests.Runtime.Downloads;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>What is downloaded, and above all what is not: the whole web is a server on the loopback interface.</summary>
public sealed class DownloadTests : IDisposable
{
    private readonly PetBreedsProgram _program = new();
    private readonly LoopbackServer _web = new(_ => new Reply(404, []));

    public void Dispose()
    {
        _web.Dispose();
        _program.Dispose();
    }

    [Fact]
    public void Train_alone_means_pets_and_imagenet_and_downloads_nothing_unasked()
    {
        var outcome = Run(_web, "train", "--arch", "resnet50");
        Assert.Equal(2, outcome.ExitCode);
        foreach (var said in new[]
        {
            "the Oxford-IIIT Pet data set and the weights 'imagenet' of resnet50 must be downloaded first (914 MB)",
            "--yes", "`petbreeds data get pets`", "--data sample", "--weights none",
            $"download {_web.Root}/www.robots.ox.ac.uk/~vgg/data/pets/data/images.tar.gz manually and save it as ",
            $"download {_web.Root}/download.pytorch.org/models/resnet50-11ad3fa6.pth manually and save it as "
                + Cache("weights", "resnet50-11ad3fa6.pth"),
        })
            Assert.Contains(said, outcome.Errors);
        Assert.Empty(outcome.Output);
        Assert.Empty(_web.Requests);
    }

    [Fact]
    public void Only_what_is_missing_is_asked_for()
    {
        Directory.CreateDirectory(Cache("data", "oxford-iiit-pet", "images"));
        var outcome = Run(_web, "lr-find", "--arch", "resnet18", "--weights", "imagenet-v1");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("error: the weights 'imagenet-v1' of resnet18 must be downloaded first (47 MB)", outcome.Errors);
        Assert.DoesNotContain("data get", outcome.Errors);
        Assert.Empty(_web.Requests);
    }

    [Fact]
    public void Settings_that_cannot_work_are_said_before_any_download()
    {
        Assert.Contains("nowhere", Run(_web, "train", "--yes", "--data", "nowhere").Errors);
        Assert.Contains("cuda:99", Run(_web, "train", "--yes", "--device", "cuda:99").Errors);
        Assert.Contains("nothing.pth", Run(_web, "train", "--yes", "--weights", "nothing.pth").Errors);
        Assert.Empty(_web.Requests);
    }

    [Fact]
    public void Yes_downloads_and_a_file_that_cannot_be_had_is_named()
    {
        var outcome = Run(_web, "train", "--data", "sample", "--arch", "resnet18", "--yes");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains($"{_web.Root}/download.pytorch.org/models/resnet18-f37072fd.pth (47 MB) to "
            + Cache("weights", "resnet18-f37072fd.pth"), outcome.Errors);
        Assert.Contains("cannot be downloaded: the server answered 404", outcome.Errors);
        Assert.Contains("manually and save it as", outcome.Errors);
        Assert.Equal("/download.pytorch.org/models/resnet18-f37072fd.pth", Assert.Single(_web.Requests).Path);
    }

    [Fact]
    public void Weights_from_an_address_are_kept_and_looked_at()
    {
        using var server = new LoopbackServer(asked => Reply.File("these are no weights"u8.ToArray(), asked));
        foreach (var name in new[] { "cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "dog/2.jpg" })
            File.WriteAllBytes(_program.Write($"photos/{name}", ""), [0xFF, 0xD8, 0xFF, 0xE0]); // not decoded: weights are checked first
        string[] command =
        [
            "train", "--data", "photos", "--valid-fraction", "0.5", "--arch", "resnet18", "--weights", $"{server.Root}/my.pth", "--yes",
        ];
        var outcome = Run(_web, command);
        Assert.Equal(2, outcome.ExitCode);
        var kept = Assert.Single(Directory.GetFiles(Cache("weights")));
        Assert.EndsWith("-my.pth", kept);
        Assert.Contains($"error: {kept}: ", outcome.Errors);
        Run(_web, command);
        Assert.Single(server.Requests);
    }

    [Fact]
    public void Data_get_goes_to_the_mirror_and_then_names_the_ways_on()
    {
        var outcome = Run(_web, "data", "get", "pets");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("manually and save it as", outcome.Errors);
        Assert.Contains("--data sample", outcome.Errors);
        Assert.Equal(["/www.robots.ox.ac.uk/~vgg/data/pets/data/images.tar.gz", "/s3.amazonaws.com/fast-ai-imageclas/oxford-iiit-pet.tgz"],
            _web.Requests.Select(asked => asked.Path));
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public void Data_get_of_what_is_there_does_nothing()
    {
        Directory.CreateDirectory(Cache("data", "oxford-iiit-pet", "images"));
        var outcome = Run(_web, "data", "get", "pets");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(Cache("data", "oxford-iiit-pet"), outcome.Output.Trim());
        Assert.Contains("Already downloaded.", outcome.Errors);
        Assert.Empty(_web.Requests);
    }

    [Fact]
    public void A_mirror_that_is_no_address_is_said()
    {
        var outcome = _program.Run(new Dictionary<string, string> { ["PETBREEDS_MIRROR"] = "somewhere" }, "data", "get", "pets");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("PETBREEDS_MIRROR: 'somewhere' is not an http or https URL", outcome.Errors);
    }

    private Outcome Run(LoopbackServer mirror, params string[] arguments) =>
        _program.Run(new Dictionary<string, string> { ["PETBREEDS_MIRROR"] = mirror.Root }, arguments);

    private string Cache(params string[] names) => Path.Combine([_program.Folder, "cache", .. names]);
}
