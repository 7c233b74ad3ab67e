using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>
/// What `serve` does when much comes at once or slowly, and when it ends. Batches wait for ten minutes here, unless they are full.
/// </summary>
[Collection(Shared.Server)]
public sealed class ServeLimitTests(SampleRun run) : IDisposable
{
    private ServeProcess? _server;

    public void Dispose() => _server?.Dispose();

    [Fact]
    public async Task Requests_that_come_together_go_through_together()
    {
        var server = Start("--max-batch", "3");
        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => server.Post("v1/predict", ServeProcess.Jpeg(run.Photo))));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Matches(@"petbreeds_batch_size_sum\{[^}]*\} 3\b", await server.Read("metrics"));
    }

    [Fact]
    public async Task A_full_queue_refuses_and_the_end_answers_what_waits()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no SIGTERM");
        var server = Start("--max-batch", "2", "--max-queue", "1");
        var first = server.Post("v1/predict", ServeProcess.Jpeg(run.Photo));
        // it waits for another, for whom there is no room
        await Until(server, metrics => metrics.Contains("petbreeds_decode_duration_seconds_count"));
        using (var refused = await server.Send("v1/predict", ServeProcess.Jpeg(run.Photo)))
        {
            Assert.Equal((429, "1"), ((int)refused.StatusCode, Assert.Single(refused.Headers.GetValues("Retry-After"))));
            Assert.Contains("1 photo is waiting already", Encoding.UTF8.GetString(ServeProcess.Bytes(refused)));
        }
        Assert.Equal(200, (await server.Get("openapi/v1.json")).Status);
        server.Terminate();
        Assert.Equal(200, (await first).Status);
        var (code, log) = server.WaitForExit();
        Assert.Equal(0, code);
        var lines = log.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal("stopped; aborted requests: 0", lines[^1].GetProperty("Message").GetString());
        var messages = lines.Select(line => line.GetProperty("Message").GetString()!).ToArray();
        Assert.Single(messages, text => Regex.IsMatch(text, @"^POST /v1/predict 429 in [\d.]+ ms \(model default, photos: 1\)$"));
        Assert.Single(messages, text => Regex.IsMatch(text, @"^GET /openapi/v1\.json 200 in [\d.]+ ms$"));
    }

    [Fact]
    public async Task While_it_ends_what_has_begun_is_answered_and_what_comes_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no SIGTERM");
        var server = Start("--max-batch", "1");
        var photo = File.ReadAllBytes(run.Photo);
        using var client = new TcpClient("127.0.0.1", server.Url.Port);
        var stream = client.GetStream();
        stream.Write(Encoding.ASCII.GetBytes(
            $"POST /v1/predict HTTP/1.1\r\nHost: {server.Url.Authority}\r\nContent-Type: image/jpeg\r\nContent-Length: "
                + $"{photo.Length}\r\n\r\n"));
        stream.Write(photo.AsSpan(0, photo.Length / 2));
        await Until(server, metrics => metrics.Contains("kestrel_active_connections"));
        server.Terminate();
        Assert.True(SpinWait.SpinUntil(() => server.Get("readyz").Result.Status == 503, TimeSpan.FromMinutes(1)));
        Assert.Equal("stopping", (await server.Get("readyz")).Json.GetProperty("status").GetString());
        var late = await server.Post("v1/predict", ServeProcess.Jpeg(run.Photo));
        Assert.Equal((503, "the server is shutting down"), (late.Status, ServeProcess.Problem(late)));
        stream.Write(photo.AsSpan(photo.Length / 2));
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 200 OK", reader.ReadLine());
        Assert.Equal(0, server.WaitForExit().ExitCode);
    }

    [Fact]
    public async Task Neither_a_slow_body_nor_a_slow_answer_is_waited_for_without_end()
    {
        var server = Start("--timeout", "1", "--max-batch", "2");
        var slow = await server.Post("v1/predict", ServeProcess.Jpeg(run.Photo));
        Assert.Equal((503, "there was no answer within 1 s"), (slow.Status, ServeProcess.Problem(slow)));
        var answer = CleanSite.Send(server.Url.Port,
            $"POST /v1/predict HTTP/1.1\r\nHost: {server.Url.Authority}\r\nContent-Type: image/jpeg\r\nContent-Length: "
                + "1000\r\nConnection: close\r\n\r\nhalf");
        Assert.StartsWith("HTTP/1.1 408 ", answer);
        Assert.Contains("the request was not complete within 1 s", answer);
    }

    private ServeProcess Start(params string[] flags) =>
        _server = new ServeProcess(run.Program, [run.Folder, "--max-wait", "600000", .. flags]);

    /// <summary>Waits until the server's metrics say something.</summary>
    private static async Task Until(ServeProcess server, Func<string, bool> said)
    {
        while (!said(await server.Read("metrics")))
            await Task.Delay(50);
    }
}
