using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>Who is let in to the cleaning page, and what is refused.</summary>
[Collection(Shared.Cleaning)]
public sealed class CleanGuardTests(CleanSite site) : IClassFixture<CleanSite>
{
    [Fact]
    public void Only_the_own_page_with_the_token_is_let_in()
    {
        var path = $"/{site.Token}";
        Assert.Equal(200, Get($"{path}/", site.Host));
        Assert.Equal(200, Get($"{path}/state", $"Host: localhost:{site.Url.Port}\r\n"));
        Assert.Equal(200, Get($"{path}/state", site.Host + site.Origin + "Sec-Fetch-Site: same-origin\r\n"));

        Assert.Equal(403, Get($"{path}/", $"Host: evil.example:{site.Url.Port}\r\n"));
        Assert.Equal(403, Get($"{path}/", $"Host: 127.0.0.1:{site.Url.Port + 1}\r\n"));
        Assert.Equal(403, Get($"{path}/", "Host: 127.0.0.1\r\n"));
        Assert.Equal(403, Get($"{path}/", "Host: localhost\r\n"));
        Assert.Equal(403, Get($"{path}/", "Host:\r\n"));
        Assert.Equal(400, Get($"{path}/", ""));
        Assert.Equal(403, Get($"{path}/state", site.Host + "Origin: http://evil.example\r\n"));
        Assert.Equal(403, Get($"{path}/state", site.Host + "Origin: null\r\n"));
        Assert.Equal(403, Get($"{path}/state", site.Host + "Origin:\r\n"));
        Assert.Equal(403, Get($"{path}/state", site.Host + $"Origin: http://localhost:{site.Url.Port}\r\n")); // not the Host's own
        Assert.Equal(403, Get($"{path}/state", site.Host + "Sec-Fetch-Site: cross-site\r\n"));
        Assert.Equal(403, Get($"{path}/state", site.Host + "Sec-Fetch-Site: same-site\r\n"));
        foreach (var wrong in new[]
        {
            "/", "/state", $"/{new string('0', 32)}/state", $"{path[..^1]}/state", $"{path}x/state", path, $"/{path}/state",
        })
            Assert.Equal(403, Get(wrong, site.Host));
    }

    [Fact]
    public void A_decision_needs_the_origin_too()
    {
        const string Body = """{"photo":0,"action":"delete"}""";
        Assert.Equal(403, Post("decide", site.Host, Body));
        Assert.Equal(403, Post("decide", site.Host + "Origin: http://evil.example\r\n", Body));
        Assert.Equal(403, Post("undo", site.Host, ""));
        Assert.Equal(404, Get($"/{site.Token}/decide", site.Host));
        Assert.Equal(404, Post("state", site.Host + site.Origin, ""));
        Assert.Empty(site.Rows());
        Assert.Equal(200, site.Decide(Body));
        Assert.Single(site.Rows());
        Assert.Equal(200, Post("undo", site.Host + site.Origin, ""));
        Assert.Empty(site.Rows());
    }

    [Theory]
    [InlineData("""{"photo":-1,"action":"keep"}""")]
    [InlineData("""{"photo":60,"action":"keep"}""")]
    [InlineData("""{"photo":0,"action":"burn"}""")]
    [InlineData("""{"photo":0,"action":"7"}""")]
    [InlineData("""{"photo":0,"action":"relabel"}""")]
    [InlineData("""{"photo":0,"action":"relabel","label":3}""")]
    [InlineData("""{"photo":"0"}""")]
    [InlineData("""{"photo":1e99,"action":"keep"}""")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("")]
    public void What_is_not_a_decision_decides_nothing(string body)
    {
        Assert.Equal(400, site.Decide(body));
        Assert.Empty(site.Rows());
    }

    [Fact]
    public void Photos_go_by_number_and_nothing_else_is_served()
    {
        Assert.Contains("Content-Type: image/jpeg\r\n", site.Get($"/{site.Token}/thumb/0", site.Host));
        foreach (var path in new[]
        {
            "photo/60", "photo/-1", "photo/99999999999", "thumb/", "photo/photo%204.jpg", "..%2f..%2flabels.csv",
            "photo/0/../../labels.csv", "/etc/passwd", "Cleaning/page.html",
        })
            Assert.Equal(404, Get($"/{site.Token}/{path}", site.Host));
        Assert.Equal(403, Get($"/{site.Token}/../labels.csv", site.Host)); // no longer behind the token
        Assert.Equal(400, Get($"/{site.Token}/%00", site.Host));
    }

    /// <summary>Hosts that are not the server's own: what is malformed is refused before they are looked at.</summary>
    [Theory]
    [InlineData("hello\r\n\r\n", 400)]
    [InlineData("PUT / HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("get / HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("GET http://127.0.0.1/ HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nOrigin: y\r\nOrigin: z\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX-Other: y\r\nX-Other: z\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501)]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413)]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 16385\r\n\r\n", 413)]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400)]
    public void What_no_browser_sends_is_refused(string request, int status) =>
        Assert.StartsWith($"HTTP/1.1 {status} ", site.Send(request));

    [Fact]
    public void A_body_may_have_16_kB()
    {
        Assert.Equal(400, site.Decide(new string(' ', 16 << 10))); // it is read, and not a decision
        Assert.Equal(413, site.Decide(new string(' ', (16 << 10) + 1)));
    }

    [Fact]
    public void A_head_without_end_is_refused() =>
        Assert.StartsWith("HTTP/1.1 431 ", site.Send("GET / HTTP/1.1\r\nX: " + new string('x', 20_480)));

    [Fact]
    public void Every_answer_forbids_what_comes_from_elsewhere()
    {
        foreach (var path in new[] { "/", $"/{site.Token}/", $"/{site.Token}/thumb/0", $"/{site.Token}/state", $"/{site.Token}/no" })
        {
            var answer = site.Get(path, site.Host);
            Assert.Contains("Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n", answer);
            foreach (var header in new[] { "X-Content-Type-Options: nosniff", "X-Frame-Options: DENY", "Referrer-Policy: no-referrer",
                "Cross-Origin-Resource-Policy: same-origin", "Cross-Origin-Opener-Policy: same-origin" })
                Assert.Contains($"\r\n{header}\r\n", answer);
            var keep = path.Contains("thumb") ? "private, max-age=86400, immutable" : "no-store";
            Assert.Contains($"\r\nCache-Control: {keep}\r\n", answer);
            Assert.DoesNotContain("Access-Control", answer);
            Assert.DoesNotContain("\r\nServer:", answer);
        }
        Assert.DoesNotMatch(@"(src|href)=""(https?:|//)|style=|\son\w+=", site.Get($"/{site.Token}/", site.Host));
        Assert.DoesNotContain("<", site.Get($"/{site.Token}/state", site.Host)); // though a class is named <script>…
    }

    private int Get(string path, string headers) => CleanSite.Status(site.Get(path, headers));

    private int Post(string path, string headers, string body) => CleanSite.Status(site.Post(path, headers, body));
}
