using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>The cleaning page's server, spoken to without a browser.</summary>
[Collection(nameof(SampleRun))]
public sealed class CleanTests(SampleRun run) : IDisposable
{
    private readonly CleanSite _site = new(run);

    public void Dispose() => _site.Dispose();

    [Fact]
    public void Only_the_own_page_with_the_token_is_let_in()
    {
        var (host, origin, path) = ($"Host: 127.0.0.1:{_site.Url.Port}\r\n", $"Origin: http://127.0.0.1:{_site.Url.Port}\r\n", $"/{_site.Token}");
        Assert.Equal(200, Get($"{path}/", host));
        Assert.Equal(200, Get($"{path}/state", $"Host: localhost:{_site.Url.Port}\r\n"));
        Assert.Equal(200, Get($"{path}/state", host + origin + "Sec-Fetch-Site: same-origin\r\n"));

        Assert.Equal(403, Get($"{path}/", $"Host: evil.example:{_site.Url.Port}\r\n"));
        Assert.Equal(403, Get($"{path}/", $"Host: 127.0.0.1:{_site.Url.Port + 1}\r\n"));
        Assert.Equal(403, Get($"{path}/", $"Host: 127.0.0.1\r\n"));
        Assert.Equal(403, Get($"{path}/", ""));
        Assert.Equal(403, Get($"{path}/state", host + "Origin: http://evil.example\r\n"));
        Assert.Equal(403, Get($"{path}/state", host + "Origin: null\r\n"));
        Assert.Equal(403, Get($"{path}/state", host + $"Origin: http://localhost:{_site.Url.Port}\r\n")); // not the Host's own
        Assert.Equal(403, Get($"{path}/state", host + "Sec-Fetch-Site: cross-site\r\n"));
        foreach (var wrong in new[] { "/", "/state", $"/{new string('0', 32)}/state", $"{path[..^1]}/state", $"{path}x/state", path, $"//{_site.Token}/state" })
            Assert.Equal(403, Get(wrong, host));
    }

    [Fact]
    public void A_decision_needs_the_origin_too()
    {
        const string Body = """{"photo":0,"action":"delete"}""";
        var (host, origin) = ($"Host: 127.0.0.1:{_site.Url.Port}\r\n", $"Origin: http://127.0.0.1:{_site.Url.Port}\r\n");
        Assert.Equal(403, Post("decide", host, Body));
        Assert.Equal(403, Post("decide", host + "Origin: http://evil.example\r\n", Body));
        Assert.Equal(403, Post("undo", host, ""));
        Assert.Empty(_site.Rows());
        Assert.Equal(200, Post("decide", host + origin, Body));
        Assert.Single(_site.Rows());
        foreach (var wrong in new[] { """{"photo":-1,"action":"keep"}""", """{"photo":60,"action":"keep"}""", """{"photo":0,"action":"burn"}""", """{"photo":0,"action":"7"}""",
            """{"photo":0,"action":"relabel"}""", """{"photo":0,"action":"relabel","label":3}""", """{"photo":"0"}""", """{"photo":1e99,"action":"keep"}""", "[]", "{", "" })
            Assert.True(Post("decide", host + origin, wrong) == 400, wrong);
        Assert.Single(_site.Rows());
    }

    [Fact]
    public void Photos_go_by_number_and_nothing_else_is_served()
    {
        var host = $"Host: 127.0.0.1:{_site.Url.Port}\r\n";
        Assert.Contains("Content-Type: image/jpeg\r\n", _site.Send($"GET /{_site.Token}/thumb/0 HTTP/1.1\r\n{host}Connection: close\r\n\r\n"));
        foreach (var path in new[] { "photo/60", "photo/-1", "photo/99999999999", "thumb/", "photo/photo%204.jpg", "../labels.csv", "..%2f..%2flabels.csv", "photo/0/../../labels.csv",
            "/etc/passwd", "%00", "Cleaning/page.html" })
            Assert.Equal(404, Get($"/{_site.Token}/{path}", host));
    }

    [Theory]
    [InlineData("hello\r\n\r\n", 400)]
    [InlineData("PUT / HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("GET http://127.0.0.1/ HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501)]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413)]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 413)]
    public void What_no_browser_sends_is_refused(string request, int status) => Assert.StartsWith($"HTTP/1.1 {status} ", _site.Send(request));

    [Fact]
    public void A_head_without_end_is_refused() => Assert.StartsWith("HTTP/1.1 431 ", _site.Send("GET / HTTP/1.1\r\nX: " + new string('x', 20_480)));

    [Fact]
    public void Every_answer_forbids_what_comes_from_elsewhere()
    {
        foreach (var path in new[] { "/", $"/{_site.Token}/", $"/{_site.Token}/thumb/0", $"/{_site.Token}/state" })
        {
            var answer = _site.Send($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{_site.Url.Port}\r\nConnection: close\r\n\r\n");
            Assert.Contains("Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
                + "form-action 'none'; frame-ancestors 'none'\r\n", answer);
            Assert.Contains("X-Content-Type-Options: nosniff\r\n", answer);
            Assert.Contains("Referrer-Policy: no-referrer\r\n", answer);
            Assert.DoesNotContain("Access-Control", answer);
        }
        var page = _site.Send($"GET /{_site.Token}/ HTTP/1.1\r\nHost: 127.0.0.1:{_site.Url.Port}\r\nConnection: close\r\n\r\n");
        Assert.DoesNotMatch(@"(src|href)=""(https?:|//)|style=|\son\w+=", page);
    }

    [Fact]
    public void Nobody_on_the_network_can_reach_it()
    {
        var others = NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(entry => entry.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address)).ToArray();
        Assert.SkipWhen(others.Length == 0, "this machine has no address but 127.0.0.1");
        foreach (var address in others)
        {
            using var client = new TcpClient();
            Assert.Throws<SocketException>(() => client.Connect(address, _site.Url.Port));
        }
    }

    [Fact]
    public void It_ends_when_told_and_says_what_to_do_next()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no SIGTERM");
        Post("decide", $"Host: 127.0.0.1:{_site.Url.Port}\r\nOrigin: http://127.0.0.1:{_site.Url.Port}\r\n", """{"photo":0,"action":"delete"}""");
        var (code, output) = _site.End();
        Assert.Equal(0, code);
        Assert.Contains("0 kept, 0 relabelled, 1 left out", output);
        Assert.Contains($"--cleaning {_site.Cleaning}", output);
    }

    [Fact]
    public void Two_at_once_would_lose_decisions_and_the_second_is_refused()
    {
        var outcome = run.Program.Run("clean", _site.Run, "--no-browser");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("somebody is cleaning already", outcome.Errors);
    }

    [Fact]
    public void The_list_alone_needs_no_page()
    {
        var photos = Listed(_site.Run, "--split", "train");
        Assert.Equal(48, photos.Length);
        Assert.Equal([.. Enumerable.Range(0, 4).Select(i => $"photos/{CleanSite.Name(i)}").Order(StringComparer.Ordinal)],
            photos.Where(photo => photo.Doubtful).Select(photo => photo.Name).Order(StringComparer.Ordinal));
        Assert.Equal(4, photos.TakeWhile(photo => photo.Doubtful).Count());
    }

    [Fact]
    public void What_was_left_out_comes_last_in_whatever_unicode_form_it_was_written()
    {
        const string Name = "photo 3.jpg", OnDisk = "pho\u0308to 3.jpg";
        File.Move(Path.Combine(_site.Folder, "photos", Name), Path.Combine(_site.Folder, "photos", OnDisk));
        foreach (var file in new[] { Path.Combine(_site.Folder, "labels.csv"), Path.Combine(_site.Run, "out-of-fold.csv") })
            File.WriteAllText(file, File.ReadAllText(file).Replace(Name, OnDisk));
        var cleaning = Path.Combine(_site.Folder, "decided.csv");
        File.WriteAllText(cleaning, "photo,action,label,old_label\nphotos/ph\u00F6to 3.jpg,delete,,x\n");
        File.AppendAllText(Path.Combine(_site.Run, "config.yaml"), $"cleaning: '{cleaning}'\n");
        Assert.Equal(($"photos/{OnDisk}", false), Listed(_site.Run, "--split", "train")[^1]);
    }

    /// <summary>They are judged by what the training photos are like, which are not listed.</summary>
    [Fact]
    public void Photos_to_validate_on_are_doubted_too()
    {
        var answers = Path.Combine(_site.Run, "out-of-fold.csv");
        File.WriteAllLines(answers, File.ReadAllLines(answers)
            .Select(row => row.Contains("photo 4.jpg") ? row.Replace("0.05,0.9,0.05", "0.95,0.01,0.04") : row));
        var photos = Listed(_site.Run, "--split", "valid");
        Assert.Equal(12, photos.Length);
        Assert.Equal(("photos/photo 4.jpg", true), photos[0]);
        Assert.DoesNotContain(photos[1..], photo => photo.Doubtful);
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
            var request = $"GET {once.AbsolutePath} HTTP/1.1\r\nHost: 127.0.0.1:{page.Port}\r\nConnection: close\r\n\r\n";
            var first = CleanSite.Send(page.Port, request);
            Assert.StartsWith("HTTP/1.1 303 ", first);
            Assert.Contains($"\r\nLocation: {page.AbsolutePath}\r\n", first);
            Assert.StartsWith("HTTP/1.1 403 ", CleanSite.Send(page.Port, request));
        }
        finally
        {
            program.Kill();
            program.WaitForExit();
        }
    }

    [Theory]
    [InlineData("there is no split 'some'", "--split", "some")]
    [InlineData("70000 is no port", "--port", "70000")]
    [InlineData("the port cannot be used", "--port", "taken", "--out", "other.csv")]
    public void Wrong_flags_are_errors(string problem, params string[] flags)
    {
        var outcome = run.Program.Run(["clean", _site.Run, "--no-browser", .. flags.Select(flag => flag == "taken" ? $"{_site.Url.Port}" : flag)]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(problem, outcome.Errors);
    }

    [Fact]
    public void A_run_with_nothing_to_judge_by_is_an_error()
    {
        File.Delete(Path.Combine(_site.Run, "out-of-fold.csv"));
        var outcome = run.Program.Run("clean", _site.Run, "--no-browser");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("neither a model nor a cross-validation", outcome.Errors);
    }

    [Fact]
    public void A_run_without_cross_validation_is_judged_by_its_model()
    {
        var photos = Listed(run.Folder, "--split", "valid");
        using var measured = JsonDocument.Parse(run.Program.Run("evaluate", run.Folder, "--json").Output);
        Assert.Equal(measured.RootElement.GetProperty("error").GetDouble(), photos.Average(photo => photo.Doubtful ? 1.0 : 0), 1e-9);
    }

    private (string Name, bool Doubtful)[] Listed(string folder, params string[] flags)
    {
        var outcome = run.Program.Run(["clean", folder, "--list", "--json", .. flags]);
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        using var json = JsonDocument.Parse(outcome.Output);
        return [.. json.RootElement.GetProperty("photos").EnumerateArray()
            .Select(photo => (photo.GetProperty("photo").GetString()!, photo.GetProperty("doubtful").GetBoolean()))];
    }

    private int Get(string path, string headers) => Status(_site.Send($"GET {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n"));

    private int Post(string path, string headers, string body) =>
        Status(_site.Send($"POST /{_site.Token}/{path} HTTP/1.1\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));

    private static int Status(string answer) => int.Parse(answer.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
}
