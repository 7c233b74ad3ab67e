using System.Net.Http.Headers;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>Who may use a server.</summary>
[Collection(Shared.Server)]
public sealed class ServeAccessTests(SampleRun run) : IDisposable
{
    private ServeProcess? _server;

    public void Dispose() => _server?.Dispose();

    [Fact]
    public async Task With_a_key_only_those_who_know_it_are_answered()
    {
        var server = Start("--host", "0.0.0.0", "--api-key", "a secret");
        foreach (var path in new[] { "v1/models", "v1/examples", "metrics" })
        {
            Assert.Equal(401, await Get(path));
            Assert.Equal(401, await Get(path, ("Authorization", "Bearer other")));
            Assert.Equal(401, await Get(path, ("Authorization", "Basic a secret")));
            Assert.Equal(401, await Get(path, ("X-API-Key", "")));
            Assert.Equal(200, await Get(path, ("Authorization", "Bearer a secret")));
            Assert.Equal(200, await Get(path, ("X-API-Key", "a secret")));
        }
        foreach (var path in new[] { "", "page.js", "report.css", "healthz", "readyz", "openapi/v1.json" })
            Assert.Equal(200, await Get(path));
        // on the network it may have any name
        Assert.Equal(200, await Get("v1/models", ("X-API-Key", "a secret"), ("Host", "cats.example")));
        var refused = await server.Post("v1/predict", ServeProcess.Jpeg(run.Photo));
        Assert.Equal((401, "the request lacks the API key (Authorization: Bearer KEY)"), (refused.Status, ServeProcess.Problem(refused)));
        server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "a secret");
        Assert.Equal(200, (await server.Post("v1/predict", ServeProcess.Jpeg(run.Photo))).Status);
        Assert.Equal("[]", await server.Read("v1/examples")); // photos of the run are not for the network
    }

    [Fact]
    public async Task Other_sites_are_kept_out()
    {
        var server = Start("--cors", "https://friend.example");
        var own = server.Url.GetLeftPart(UriPartial.Authority);
        Assert.Equal(200, await Get("v1/models"));
        Assert.Equal(200, await Get("v1/models", ("Host", $"localhost:{server.Url.Port}")));
        Assert.Equal(200, await Get("v1/models", ("Origin", own)));
        Assert.Equal(200, await Get("v1/models", ("Sec-Fetch-Site", "same-origin")));
        Assert.Equal(200, await Get("", ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"))); // a link that leads here
        Assert.Equal(403, await Get("v1/models", ("Host", "evil.example")));
        Assert.Equal(403, await Get("", ("Host", $"evil.example:{server.Url.Port}")));
        Assert.Equal(403, await Get("v1/models", ("Origin", "https://evil.example")));
        Assert.Equal(403, await Get("v1/models", ("Origin", "null")));
        Assert.Equal(403, await Get("v1/models", ("Sec-Fetch-Site", "cross-site")));
        Assert.Equal(200, await Get("v1/models", ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://friend.example")));
        Assert.Equal("https://friend.example", await AllowedOrigin("https://friend.example"));
        Assert.Null(await AllowedOrigin("https://evil.example"));
    }

    [Fact]
    public async Task Every_answer_forbids_what_comes_from_elsewhere()
    {
        var server = Start();
        foreach (var path in new[] { "", "v1/models", "nothing" })
        {
            using var reply = await server.Send(path);
            Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; ",
                Assert.Single(reply.Headers.GetValues("Content-Security-Policy")));
            Assert.Equal("nosniff", Assert.Single(reply.Headers.GetValues("X-Content-Type-Options")));
            Assert.False(reply.Headers.Contains("Access-Control-Allow-Origin"));
            Assert.False(reply.Headers.Contains("Server"));
        }
        Assert.DoesNotMatch(@"(src|href)=""(https?:|//)|style=|\son\w+=", await server.Read(""));
    }

    [Theory]
    [InlineData("other machines could use the server", "--host", "0.0.0.0")]
    [InlineData("--no-auth accepts requests without a key, which contradicts a key", "--no-auth", "--api-key", "x")]
    [InlineData("'cats.example' is not an IP address", "--host", "cats.example")]
    [InlineData("'https://a.example/b' is not the origin of a website", "--cors", "https://a.example/b")]
    [InlineData("'x' is not NAME=RUN", "--model", "x")]
    [InlineData("two models have the name 'a'", "--model", "a=x", "--model", "a=y")]
    [InlineData("0 is not between 1 and 1024", "--max-batch", "0")]
    [InlineData("70000 is not between 0 and 65535", "--port", "70000")]
    [InlineData("there is no backend 'abacus'", "--backend", "abacus")]
    [InlineData("the address cannot be used", "--host", "203.0.113.7", "--no-auth")]
    public void Wrong_flags_are_errors(string problem, params string[] flags)
    {
        var outcome = run.Program.Run(["serve", run.Folder, .. flags.Contains("--port") ? flags : ["--port", "0", .. flags]]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(problem, outcome.Errors);
        Assert.Empty(outcome.Output);
    }

    private ServeProcess Start(params string[] flags) => _server = new ServeProcess(run.Program, [run.Folder, .. flags]);

    private async Task<int> Get(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var reply = await _server!.Client.SendAsync(request);
        return (int)reply.StatusCode;
    }

    private async Task<string?> AllowedOrigin(string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "v1/predict");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        using var reply = await _server!.Client.SendAsync(request);
        return reply.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? allowed.Single() : null;
    }
}
