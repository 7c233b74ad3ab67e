using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>Where the cleaning page's server listens.</summary>
[Collection(Shared.Cleaning)]
public sealed class CleanAddressTests(SampleRun run) : IDisposable
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
            {
              "Urls": "http://*:0",
              "Kestrel": { "Endpoints": { "Http": { "Url": "http://*:0" } } },
              "Logging": { "LogLevel": { "Default": "Trace" } }
            }
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
            Assert.StartsWith("HTTP/1.1 200 ", CleanSite.Open(page));
            OnlyThisMachineReaches(page.Port);
        }
        finally
        {
            File.Delete(settings);
            program.Kill();
        }
        var errors = program.StandardError.ReadToEnd();
        Assert.EndsWith("Ctrl-C stops the server; every decision is saved at once.", errors.TrimEnd());
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

    private Process Start(Dictionary<string, string> environment, params string[] flags) =>
        run.Program.Start(environment, ["clean", _site.Run, "--no-browser", "--out", Path.Combine(_site.Folder, "other.csv"), .. flags]);

    private static void OnlyThisMachineReaches(int port)
    {
        var others = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(entry => entry.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address)).ToArray();
        Assert.SkipWhen(others.Length == 0, "this machine has no address but 127.0.0.1");
        foreach (var address in others)
        {
            using var client = new TcpClient();
            Assert.Throws<SocketException>(() => client.Connect(address, port));
        }
    }
}
