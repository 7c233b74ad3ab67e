using System.Text.Json;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>A server for the tests that only ask it.</summary>
public sealed class ServedRun(SampleRun run) : IDisposable
{
    public ServeProcess Process { get; } = new(run.Program, run.Folder, "--max-body", "1", "--max-queue", "8", "--max-pixels", "1");

    public void Dispose() => Process.Dispose();
}

/// <summary>What `serve` answers.</summary>
[Collection(Shared.Server)]
public sealed class ServeTests(SampleRun run, ServedRun served) : IClassFixture<ServedRun>
{
    private readonly ServeProcess _server = served.Process;

    [Fact]
    public async Task However_a_photo_is_sent_the_answer_is_that_of_predict()
    {
        using var predicted = JsonDocument.Parse(run.Program.Run(SampleRun.OneThread, "predict", run.Photo, "--model", run.Folder, "--top",
            "3", "--json").Output);
        var expected = Classes(predicted.RootElement[0]);
        var photo = File.ReadAllBytes(run.Photo);
        var base64 = Convert.ToBase64String(photo);
        foreach (var body in new[]
        {
            ServeProcess.Body(photo, "image/jpeg"), ServeProcess.Body(photo, "image/png"),
                ServeProcess.Body(photo, "application/octet-stream"),
            ServeProcess.Form(("photo", photo)), ServeProcess.Json($$"""{"image":"{{base64}}"}"""),
            ServeProcess.Json($$"""{"images":["data:image/jpeg;base64,{{base64.Replace("/", "\\/").Replace("+", "\\u002B")}}"]}"""),
            ServeProcess.Json($$"""{"images":[{"name":"photo","image":"{{base64}}"}]}"""),
        })
        {
            var (status, type, json) = await _server.Post("v1/predict", body);
            Assert.Equal((200, "application/json"), (status, type));
            Assert.Equal(("default", Path.GetFileName(run.Folder), 0),
                (Text(json, "model"), Text(json, "run"), json.GetProperty("threshold").GetDouble()));
            var answer = json.GetProperty("photos")[0];
            Assert.StartsWith("photo", Text(answer, "photo"));
            Assert.False(answer.GetProperty("none_of_these").GetBoolean());
            Assert.All(expected.Zip(Classes(answer)), pair =>
                Assert.Equal((pair.First.Name, pair.First.Probability, 1e-5), (pair.Second.Name, pair.Second.Probability, 1e-5), Close));
        }
    }

    [Fact]
    public async Task Several_photos_are_answered_in_order_and_a_bad_one_is_named()
    {
        var photo = File.ReadAllBytes(run.Photo);
        var (status, _, json) = await _server.Post("v1/predict?top=1",
            ServeProcess.Form(("a.jpg", photo), ("notes.txt", "no photo"u8.ToArray()), ("c.jpg", photo)));
        Assert.Equal(200, status);
        var photos = json.GetProperty("photos").EnumerateArray().ToArray();
        Assert.Equal(["a.jpg", "notes.txt", "c.jpg"], photos.Select(answer => Text(answer, "photo")));
        Assert.Equal([1, 0, 1], photos.Select(answer => Classes(answer).Length));
        Assert.Equal("this is a text file, not a photo", Text(photos[1], "error"));
        Assert.Equal(JsonValueKind.Null, photos[1].GetProperty("none_of_these").ValueKind);
    }

    [Fact]
    public async Task Top_and_thresholds_are_obeyed()
    {
        var all = (await _server.Post("v1/predict?top=99", ServeProcess.Jpeg(run.Photo))).Json.GetProperty("photos")[0];
        Assert.Equal(10, Classes(all).Length);
        Assert.Equal(1, Classes(all).Sum(entry => entry.Probability), 1e-6);
        var never = (await _server.Post("v1/predict?threshold=1", ServeProcess.Jpeg(run.Photo))).Json.GetProperty("photos")[0];
        Assert.True(never.GetProperty("none_of_these").GetBoolean());
        var strict = (await _server.Post("v1/predict?reject-at=0", ServeProcess.Jpeg(run.Photo))).Json.GetProperty("threshold").GetDouble();
        var mild = (await _server.Post("v1/predict?reject-at=1", ServeProcess.Jpeg(run.Photo))).Json.GetProperty("threshold").GetDouble();
        Assert.InRange(mild, .1, strict);
    }

    [Theory]
    [InlineData(400, "there is no photo in the request", "image/jpeg", "")]
    [InlineData(415, "send a picture as image/jpeg", null, "x")]
    [InlineData(415, "send a picture as image/jpeg", "application/x-www-form-urlencoded", "x")]
    [InlineData(415, "send a picture as image/jpeg", "no type", "x")]
    [InlineData(422, "this is a text file, not a photo", "image/jpeg", "no photo")]
    [InlineData(422, "the file is empty (0 bytes)", "multipart/form-data; boundary=b",
        "--b\r\nContent-Disposition: form-data; filename=a\r\n\r\n\r\n--b--\r\n")]
    [InlineData(422, "none of 2 photos can be read; the first: this is a text file", "application/json", """{"images":["eHl6","eHl6"]}""")]
    [InlineData(400, "the form is truncated or malformed", "multipart/form-data; boundary=b",
        "--b\r\nContent-Disposition: form-data; filename=a\r\n\r\nhalf")]
    [InlineData(400, "the form is truncated or malformed", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form")]
    [InlineData(400, "the form is truncated or malformed", "multipart/form-data; boundary=b", "")]
    [InlineData(400, "the form is truncated or malformed", "multipart/form-data", "--b")]
    [InlineData(400, "there is no photo in the request", "multipart/form-data; boundary=b", "--b--\r\n")]
    [InlineData(400, "an image in the request is not base64", "application/json", """{"image":"?"}""")]
    [InlineData(400, "this is not JSON such as", "application/json", "")]
    [InlineData(400, "this is not JSON such as", "application/json", "{")]
    [InlineData(400, "this is not JSON such as", "application/json", "[]")]
    [InlineData(400, "this is not JSON such as", "application/json", """{"image":3}""")]
    [InlineData(400, "this is not JSON such as", "application/json", """{"images":[[[[[[]]]]]]}""")]
    [InlineData(400, "this is not JSON such as", "application/json", """{"images":[{"name":"a"}]}""")]
    [InlineData(400, "this is not JSON such as", "application/json", """{"images":[{"url":"http://x"}]}""")]
    [InlineData(400, "this is not JSON such as", "application/json", """{"image":"eHl6"} {}""")]
    [InlineData(400, "there is no photo in the request", "application/json", "{}")]
    [InlineData(413, "too many photos; the limit is 8", "application/json", """{"images":["","","","","","","","",""]}""")]
    public async Task A_bad_body_is_a_problem(int status, string words, string? type, string body)
    {
        var content = ServeProcess.Body(System.Text.Encoding.ASCII.GetBytes(body), type == "no type" ? null : type);
        if (type == "no type")
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        var answer = await _server.Post("v1/predict", content);
        Assert.Contains(words, ServeProcess.Problem(answer));
        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData("Content-Type: image/jpeg", "ffffffff\r\n")]
    [InlineData("Content-Type: image/jpeg", "zz\r\n")]
    [InlineData("Content-Type: multipart/form-data; boundary=b", "ffffffff\r\n")]
    public void A_body_that_is_not_as_http_says_is_refused(string type, string body) => Assert.StartsWith("HTTP/1.1 400 ", CleanSite.Send(
        _server.Url.Port, $"POST /v1/predict HTTP/1.1\r\nHost: {_server.Url.Authority}\r\nConnection: "
            + $"close\r\n{type}\r\nTransfer-Encoding: chunked\r\n\r\n{body}"));

    [Theory]
    [InlineData(400, "top is 0, but must be 1 or more", "top=0")]
    [InlineData(400, "Failed to bind parameter", "top=many")]
    [InlineData(400, "threshold is 2, but must be 0 to 1", "threshold=2")]
    [InlineData(400, "reject-at is -1, but must be 0 to 1", "reject-at=-1")]
    [InlineData(400, "threshold is NaN, but must be 0 to 1", "threshold=NaN")]
    [InlineData(400, "give one of them", "threshold=.5&reject-at=.5")]
    [InlineData(404, "there is no model 'other'", "model=other")]
    public async Task A_bad_question_is_a_problem(int status, string words, string query)
    {
        var answer = await _server.Post($"v1/predict?{query}", ServeProcess.Jpeg(run.Photo));
        Assert.Contains(words, ServeProcess.Problem(answer));
        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Bodies_and_pictures_that_are_too_large_are_refused()
    {
        var whole = await _server.Post("v1/predict", ServeProcess.Body(new byte[(1 << 20) + 1], "image/jpeg"));
        Assert.Equal((413, "the body exceeds 1 MB"), (whole.Status, ServeProcess.Problem(whole)));
        var chunked = new HttpRequestMessage(HttpMethod.Post,
            "v1/predict")
        { Content = ServeProcess.Body(new byte[(1 << 20) + 1], "image/jpeg") };
        chunked.Headers.TransferEncodingChunked = true;
        Assert.Equal(413, (await _server.Ask(chunked)).Status);
        Assert.StartsWith("HTTP/1.1 413 ", CleanSite.Send(_server.Url.Port, // without the body, as after Expect: 100-continue
            $"POST /v1/predict HTTP/1.1\r\nHost: {_server.Url.Authority}\r\nContent-Type: image/jpeg\r\nContent-Length: 99999999\r\n\r\n"));
        using var large = new SkiaSharp.SKBitmap(1001, 1000);
        using var png = large.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100);
        var wide = await _server.Post("v1/predict", ServeProcess.Body(png.ToArray(), "image/png"));
        Assert.Equal((422, "the photo has 1001 × 1000 pixels, more than the limit of 1 million"),
            (wide.Status, ServeProcess.Problem(wide)));
        Assert.Equal(200, (await _server.Post("v1/predict", ServeProcess.Jpeg(run.Photo))).Status);
    }

    [Fact]
    public async Task A_heat_map_is_a_picture_and_names_its_class()
    {
        using var reply = await _server.Send("v1/heatmap?class=Domino_Hound", ServeProcess.Jpeg(run.Photo));
        Assert.Equal("image/jpeg", reply.Content.Headers.ContentType?.MediaType);
        using var picture = SkiaSharp.SKBitmap.Decode(ServeProcess.Bytes(reply));
        Assert.Equal((48, 48), (picture.Width, picture.Height));
        Assert.Equal("name the class: ?class=NAME", ServeProcess.Problem(await _server.Post("v1/heatmap", ServeProcess.Jpeg(run.Photo))));
        Assert.Equal("there is no class 'cat'", ServeProcess.Problem(await _server.Post("v1/heatmap?class=cat",
            ServeProcess.Jpeg(run.Photo))));
        var bad = await _server.Post("v1/heatmap?class=Domino_Hound", ServeProcess.Body("x"u8.ToArray(), "image/jpeg"));
        Assert.Equal((422, "this is a text file, not a photo"), (bad.Status, ServeProcess.Problem(bad)));
    }

    [Fact]
    public async Task Models_examples_and_health_are_told()
    {
        var models = (await _server.Get("v1/models")).Json;
        var model = models.GetProperty("models")[0];
        Assert.Equal(("default", "resnet18", 48, 10, true), (Text(model, "name"), Text(model, "architecture"),
            model.GetProperty("size").GetInt32(),
            model.GetProperty("classes").GetArrayLength(), model.GetProperty("calibrated").GetBoolean()));
        Assert.Equal(1 << 20, models.GetProperty("max_body_bytes").GetInt64());
        var examples = (await _server.Get("v1/examples")).Json.EnumerateArray().ToArray();
        Assert.Equal(6, examples.Select(example => Text(example, "label")).Distinct().Count());
        var answer = await _server.Post("v1/predict", ServeProcess.Body(ServeProcess.Bytes(await _server.Send(Text(examples[0], "url"))),
            "image/jpeg"));
        Assert.Equal(200, answer.Status);
        Assert.Equal(404, (await _server.Get("v1/examples/6")).Status);
        Assert.Equal((200, "ok"), await Health("healthz"));
        Assert.Equal((200, "ready"), await Health("readyz"));
    }

    [Fact]
    public async Task The_interface_is_described()
    {
        var paths = (await _server.Get("openapi/v1.json")).Json.GetProperty("paths");
        Assert.Equal(["/v1/predict", "/v1/heatmap", "/v1/models", "/v1/models/{name}/reload", "/v1/examples", "/v1/examples/{number}",
            "/healthz", "/readyz"],
            paths.EnumerateObject().Select(path => path.Name));
        var predict = paths.GetProperty("/v1/predict").GetProperty("post");
        Assert.Equal(["model", "top", "threshold", "reject-at"], predict.GetProperty("parameters").EnumerateArray()
            .Select(entry => Text(entry, "name")));
        Assert.True(predict.GetProperty("requestBody").GetProperty("content").TryGetProperty("multipart/form-data", out _));
        Assert.True(predict.GetProperty("responses").GetProperty("429").GetProperty("content")
            .TryGetProperty("application/problem+json", out _));
    }

    [Fact]
    public async Task What_is_done_can_be_measured()
    {
        await _server.Post("v1/predict", ServeProcess.Jpeg(run.Photo));
        var metrics = await _server.Read("metrics");
        foreach (var name in new[]
        {
            "petbreeds_requests_total{", "petbreeds_photos_total{", "petbreeds_batch_size_bucket{",
                "petbreeds_decode_duration_seconds_sum{",
            "petbreeds_queue_duration_seconds_count{", "petbreeds_network_duration_seconds_bucket{",
                "dotnet_process_memory_working_set_bytes",
        })
            Assert.Contains($"\n{name}", metrics);
        Assert.Contains("path=\"/v1/predict\",status=\"200\"", metrics);
    }

    [Theory]
    [InlineData("GET", "nothing", 404, "not found")]
    [InlineData("POST", "nothing/at/all", 404, "not found")]
    [InlineData("GET", "v1/predict", 405, "this address does not support this method")]
    [InlineData("DELETE", "v1/models", 405, "this address does not support this method")]
    [InlineData("POST", "v1/models/other/reload", 404, "there is no model 'other'")]
    public async Task What_is_not_there_is_a_problem(string method, string path, int status, string words)
    {
        var answer = await _server.Ask(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal((status, words), (answer.Status, ServeProcess.Problem(answer)));
    }

    private async Task<(int, string)> Health(string path)
    {
        var (status, _, json) = await _server.Get(path);
        return (status, Text(json, "status"));
    }

    private static bool Close((string, double, double) a, (string, double, double) b) => a.Item1 == b.Item1
        && Math.Abs(a.Item2 - b.Item2) < a.Item3;

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static (string Name, double Probability)[] Classes(JsonElement answer) =>
        [.. answer.GetProperty("predictions").EnumerateArray()
            .Select(entry => (Text(entry, "class"), entry.GetProperty("probability").GetDouble()))];
}
