using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>Where the cleaning page's server listens, how many it serves, and how it ends.</summary>
[Collection(nameof(SampleRun))]
public sealed class CleanServerTests(SampleRun run) : IDisposable
{
    private readonly CleanSite _site = new(run);

    public void Dispose() => _site.Dispose();

    [Fact]
    public void Nobody_on_the_network_can_reach_it() => OnlyThisMachineReaches(_site.Url.Port);

    /// <summary>Kestrel in a web application would take its address from these.</summary>
    [Fact]
    public void Settings_of_web_applications_do_not_open_it_to_others()
    {
        var settings = run.Program.Write("appsettings.json", """
            { "Urls": "http://*:0", "Kestrel": { "Endpoints": { "Http": { "Url": "http://*:0" } } }, "Logging": { "LogLevel": { "Default": "Trace" } } }
            """);
        using var program = Start(new()
        {
            ["ASPNETCORE_URLS"] = "http://*:0",
            ["DOTNET_URLS"] = "http://*:0",
            ["ASPNETCORE_HTTP_PORTS"] = "0",
            ["Kestrel__Endpoints__Http__Url"] = "http://*:0",
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_HOSTINGSTARTUPASSEMBLIES"] = "Of.No.Such.Name",
            ["Logging__LogLevel__Default"] = "Trace",
        });
        try
        {
            var page = new Uri(program.StandardOutput.ReadLine()!);
            Assert.Equal("127.0.0.1", page.Host);
            Assert.StartsWith("HTTP/1.1 200 ", CleanSite.Send(page.Port, Request(page)));
            OnlyThisMachineReaches(page.Port);
        }
        finally
        {
            File.Delete(settings);
            program.Kill();
        }
        var errors = program.StandardError.ReadToEnd();
        Assert.EndsWith("The page is for you alone: its address holds a secret. Ctrl-C ends it; every decision is saved at once.", errors.TrimEnd());
        Assert.DoesNotContain("info:", errors);
        Assert.Empty(program.StandardOutput.ReadToEnd());
    }

    [Fact]
    public void The_port_that_was_asked_for_is_taken()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        using var program = Start([], "--port", $"{port}");
        var page = new Uri(program.StandardOutput.ReadLine()!);
        program.Kill();
        Assert.Equal(port, page.Port);
    }

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

    /// <summary>Neither a browser that keeps a connection nor a request that is half sent holds it up, or its exit code would be another.</summary>
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
        Assert.EndsWith("Nothing was decided.", errors.TrimEnd());
    }

    /// <summary>The browser's command line can be read by others on the machine: what stands on it is worth nothing once it was used.</summary>
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
        using var program = run.Program.Start(new() { ["PATH"] = Path.GetDirectoryName(fake) + ":" + Environment.GetEnvironmentVariable("PATH") },
            "clean", _site.Run, "--out", Path.Combine(_site.Folder, "other.csv"));
        try
        {
            var page = new Uri(program.StandardOutput.ReadLine()!);
            Assert.True(SpinWait.SpinUntil(() => File.Exists(opened), TimeSpan.FromSeconds(60)));
            var once = new Uri(File.ReadAllText(opened).Trim());
            Assert.DoesNotContain(page.AbsolutePath, once.AbsoluteUri);
            var first = CleanSite.Send(page.Port, Request(once));
            Assert.StartsWith("HTTP/1.1 303 ", first);
            Assert.Contains($"\r\nLocation: {page.AbsolutePath}\r\n", first);
            Assert.StartsWith("HTTP/1.1 403 ", CleanSite.Send(page.Port, Request(once)));
        }
        finally
        {
            program.Kill();
            program.WaitForExit();
        }
    }

    private Process Start(Dictionary<string, string> environment, params string[] flags) =>
        run.Program.Start(environment, ["clean", _site.Run, "--no-browser", "--out", Path.Combine(_site.Folder, "other.csv"), .. flags]);

    private static string Request(Uri page) => $"GET {page.AbsolutePath} HTTP/1.1\r\nHost: 127.0.0.1:{page.Port}\r\nConnection: close\r\n\r\n";

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
            return _site.Send(Request(_site.Url)) is { Length: > 0 } answer ? CleanSite.Status(answer) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void OnlyThisMachineReaches(int port)
    {
        var others = NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(entry => entry.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address)).ToArray();
        Assert.SkipWhen(others.Length == 0, "this machine has no address but 127.0.0.1");
        foreach (var address in others)
        {
            using var client = new TcpClient();
            Assert.Throws<SocketException>(() => client.Connect(address, port));
        }
    }
}
