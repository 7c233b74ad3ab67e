using System.Net.Sockets;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>How many the cleaning page's server serves, how it ends, and how a browser is sent to it.</summary>
[Collection(Shared.Cleaning)]
public sealed class CleanServerTests(SampleRun run) : IDisposable
{
    private readonly CleanSite _site = new(run);

    public void Dispose() => _site.Dispose();

    [Fact]
    public void More_than_64_connections_are_closed_until_one_is_free()
    {
        var open = Enumerable.Range(0, 64).Select(_ => new TcpClient("127.0.0.1", _site.Url.Port)).ToArray();
        try
        {
            Assert.Null(Answer());
        }
        finally
        {
            foreach (var client in open)
                client.Dispose();
        }
        Assert.True(SpinWait.SpinUntil(() => Answer() == 200, TimeSpan.FromSeconds(30)));
    }

    /// <summary>Neither a connection that is kept nor a request that is half sent holds it up, or its exit code would be another.</summary>
    [Fact]
    public void It_ends_although_somebody_is_connected()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no SIGTERM");
        string[] starts =
        [
            "",
            $"GET /{_site.Token}/state HTTP/1.1\r\n{_site.Host}\r\n",
            $"GET /{_site.Token}/state HTTP/1.1\r\nHost: 127",
            $"POST /{_site.Token}/decide HTTP/1.1\r\n{_site.Host}{_site.Origin}Content-Length: 100\r\n\r\nhalf a body",
        ];
        var open = starts.Select(start => Connected(start)).ToArray();
        Assert.Equal((byte)'H', open[1].GetStream().ReadByte()); // it was answered, and the connection is kept
        var (code, output, errors) = _site.End();
        foreach (var client in open)
            client.Dispose();
        Assert.Equal(0, code);
        Assert.Empty(output);
        Assert.EndsWith("No decisions were made.", errors.TrimEnd());
    }

    /// <summary>Others on the machine can read the browser's command line: what stands on it is worth nothing once it was used.</summary>
    [Fact]
    public void The_browser_gets_an_address_that_opens_the_page_once()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("xdg-open is Linux's");
            return;
        }
        var opened = Path.Combine(_site.Folder, "opened");
        var fake = Path.Combine(Directory.CreateDirectory(Path.Combine(_site.Folder, "bin")).FullName, "xdg-open");
        File.WriteAllText(fake, $"#!/bin/sh\necho \"$1\" > '{opened}.part' && mv '{opened}.part' '{opened}'\n");
        File.SetUnixFileMode(fake, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = Path.GetDirectoryName(fake) + ":" + Environment.GetEnvironmentVariable("PATH");
        using var program = run.Program.Start(new() { ["PATH"] = path }, "clean", _site.Run,
            "--out", Path.Combine(_site.Folder, "other.csv"));
        try
        {
            var page = new Uri(program.StandardOutput.ReadLine()!);
            Assert.True(SpinWait.SpinUntil(() => File.Exists(opened), TimeSpan.FromSeconds(60)));
            var once = new Uri(File.ReadAllText(opened).Trim());
            Assert.DoesNotContain(page.AbsolutePath, once.AbsoluteUri);
            var first = CleanSite.Open(once);
            Assert.StartsWith("HTTP/1.1 303 ", first);
            Assert.Contains($"\r\nLocation: {page.AbsolutePath}\r\n", first);
            Assert.StartsWith("HTTP/1.1 403 ", CleanSite.Open(once));
        }
        finally
        {
            program.Kill();
            program.WaitForExit();
        }
    }

    private TcpClient Connected(string start)
    {
        var client = new TcpClient("127.0.0.1", _site.Url.Port);
        client.GetStream().Write(System.Text.Encoding.ASCII.GetBytes(start));
        return client;
    }

    /// <summary>The status of an answer; null where the connection is closed instead.</summary>
    private int? Answer()
    {
        try
        {
            return CleanSite.Open(_site.Url) is { Length: > 0 } answer ? CleanSite.Status(answer) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
