using System.Diagnostics;
using System.Net.Sockets;
using PetBreeds.Catalog;
using PetBreeds.Catalog.Files;
using PetBreeds.Catalog.Reading;
using PetBreeds.Pixels;
using Xunit;

namespace PetBreeds.Tests.Catalog;

/// <summary>What lies among photos and is none: things of other programs, of this one, and what is no file.</summary>
public sealed class PassedOverTests : IDisposable
{
    private readonly PhotoFolder folder = new PhotoFolder().Photos("a/1.jpg");

    public void Dispose() => folder.Dispose();

    private (string[] Photos, PassedOver[] Others) Find()
    {
        var tally = new PassedOverTally();
        return ([.. PhotoFiles.Find(folder.Root, tally).Select(p => p.Name)], [.. tally.Counts]);
    }

    [Theory]
    [InlineData("a/@eaDir/1.jpg/SYNOPHOTO_THUMB_M.jpg", "left by a Synology NAS", "a/@eaDir")]
    [InlineData("a/SYNOPHOTO_THUMB_XL.jpg", "left by a Synology NAS", "a/SYNOPHOTO_THUMB_XL.jpg")]
    [InlineData("#recycle/1.jpg", "left by a Synology NAS", "#recycle")]
    [InlineData("__MACOSX/a/1.jpg", "left by macOS", "__MACOSX")]
    [InlineData("$Recycle.Bin/1.jpg", "left by Windows", "$Recycle.Bin")]
    [InlineData("RECYCLED/1.jpg", "left by Windows", "RECYCLED")]
    [InlineData("a/Thumbs.db", "left by Windows", "a/Thumbs.db")]
    [InlineData("lost+found/1.jpg", "left by Linux", "lost+found")]
    [InlineData("My Previews.lrdata/0/1.jpg", "left by Lightroom", "My Previews.lrdata")]
    [InlineData("Pets.photoslibrary/originals/1.jpg", "left by Apple Photos", "Pets.photoslibrary")]
    [InlineData("wandb/run/media/1.png", "left by Weights & Biases", "wandb")]
    [InlineData("[Originals]/1.jpg", "left by ACDSee", "[Originals]")]
    [InlineData("a/film.THM", "left by a camera, as the thumbnail of a video", "a/film.THM")]
    [InlineData("a/1.jpg_original", "left by an editor, as a backup", "a/1.jpg_original")]
    [InlineData("a/1.JPG~", "left by an editor, as a backup", "a/1.JPG~")]
    [InlineData(".thumbnails/1.jpg", "hidden", ".thumbnails")]
    [InlineData("a/.picasaoriginals/1.jpg", "hidden", "a/.picasaoriginals")]
    [InlineData("a/._1.jpg", "hidden", "a/._1.jpg")]
    [InlineData("a/.ipynb_checkpoints/1-checkpoint.jpg", "hidden", "a/.ipynb_checkpoints")]
    public void Of_other_programs(string name, string reason, string example)
    {
        folder.Photos(name);
        var (photos, others) = Find();
        Assert.Equal(["a/1.jpg"], photos);
        Assert.Equal([new PassedOver(reason, 1, example)], others);
    }

    [Fact]
    public void Folders_that_programs_mark_as_theirs()
    {
        folder.Photos("env/lib/1.png", "cache/1.jpg", "no cache/1.jpg", "yolo/train_batch0.jpg").Text("env/pyvenv.cfg", "home = /usr");
        folder.Text("yolo/args.yaml", "task: classify");
        folder.Text("yolo/results.csv", "epoch");
        folder.Text("cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55", "# more");
        folder.Text("no cache/CACHEDIR.TAG", "something else");
        var (photos, others) = Find();
        Assert.Equal(["a/1.jpg", "no cache/1.jpg"], photos);
        Assert.Equal(["a cache (CACHEDIR.TAG)", "a Python virtual environment", "an Ultralytics run", "not a photo"],
            others.Select(o => o.Reason));
    }

    [Fact]
    public void Words_that_programs_use_may_be_names_of_classes()
    {
        folder.Photos("red_original/1.jpg", "b~/1.jpg", "original/1.jpg", "thm/1.jpg", "recycled/1.jpg", "Recycler/1.jpg");
        Assert.Equal(7, Find().Photos.Length);
    }

    [Fact]
    public void Folders_of_runs_are_passed_over_but_not_a_folder_with_a_configuration_only()
    {
        folder.Photos("runs/one/train_batch.jpg", "runs/two/curves.png", "b/2.jpg");
        foreach (var name in new[] { "runs/one/config.yaml", "runs/one/environment.json", "runs/two/config.yaml", "runs/two/history.csv",
            "b/config.yaml" })
            folder.Text(name, "");
        var (photos, others) = Find();
        Assert.Equal(["a/1.jpg", "b/2.jpg"], photos);
        Assert.Contains(new PassedOver("a petbreeds run", 2, "runs/one"), others);
    }

    [Fact]
    public void The_folder_itself_may_be_of_any_kind()
    {
        folder.Photos("@eaDir/1.jpg");
        Assert.Single(PhotoFiles.Find(Path.Combine(folder.Root, "@eaDir"), new PassedOverTally()));
    }

    [Fact]
    public void Pipes_sockets_and_devices_are_named_and_not_opened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder.Root, "a", "socket.jpg")));
        using (var made = Process.Start("mkfifo", Path.Combine(folder.Root, "a", "pipe.jpg")))
            made.WaitForExit();
        File.CreateSymbolicLink(Path.Combine(folder.Root, "a", "link.jpg"), "pipe.jpg");
        File.CreateSymbolicLink(Path.Combine(folder.Root, "a", "zero.jpg"), "/dev/zero");
        folder.Bytes("a/empty.jpg");
        var (photos, others) = Find();
        foreach (var special in new[] { "socket.jpg", "pipe.jpg", "link.jpg", "zero.jpg" }.Select(name =>
            Path.Combine(folder.Root, "a", name)))
        {
            Assert.Equal("the file is a pipe, socket or device",
                Assert.Throws<UserException>(() => PhotoCatalogReader.FindPhotos(special)).Problem);
            Assert.Equal("this is a pipe, socket or device, not a photo",
                Assert.Throws<UserException>(() => Presizer.ReadFile(special)).Problem);
        }
        Assert.Equal(["a/1.jpg"], photos);
        Assert.Equal([new PassedOver("not a photo but a file of 0 bytes", 1, "a/empty.jpg"),
            new PassedOver(PhotoFiles.Special, 4, "a/link.jpg")], others);
    }

    [Fact]
    public void Names_that_are_not_UTF8_are_told_from_hidden_ones()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems take no such names");
        folder.Many("b/", 2);
        Shell(@"touch a/$(printf 'f\366.jpg')");
        var catalog = folder.Read("folder");
        Assert.Equal("with a name that is not UTF-8", Assert.Single(catalog.PassedOver).Reason);
        Assert.StartsWith("'a/f\uFFFD.jpg' is a file with a name", Assert.Single(catalog.Concerns).Problem);
        Shell(@"mkdir $(printf 'L\366we')");
        var error = Assert.Throws<UserException>(() => folder.Read("folder"));
        Assert.Equal("'L\uFFFDwe' is a folder with a name that is not UTF-8 and cannot be opened", error.Problem);
        Assert.Contains("convmv", error.Remedy);
        Shell("rm -r L* a/f*"); // .NET cannot
    }

    private void Shell(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("sh") { WorkingDirectory = folder.Root, ArgumentList = { "-c", command } })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
