using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace PetBreeds.Cli.Tests;

/// <summary>The program serving a model, and somebody who asks it.</summary>
public sealed class ServeProcess : IDisposable
{
    private readonly Process _program;
    private readonly Task<string> _log;

    internal ServeProcess(PetBreedsProgram program, params string[] arguments)
        : this(program, [], arguments)
    {
    }

    internal ServeProcess(PetBreedsProgram program, Dictionary<string, string> environment, string[] arguments)
    {
        _program = program.Start(new([.. SampleRun.OneThread, .. environment]), ["serve", "--port", "0", .. arguments]);
        _log = _program.StandardError.ReadToEndAsync();
        Url = new Uri(_program.StandardOutput.ReadLine() ?? throw new InvalidOperationException(_log.Result));
        Client = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromMinutes(2) };
    }

    public Uri Url { get; }

    public HttpClient Client { get; }

    /// <summary>Of the process.</summary>
    public int Id => _program.Id;

    /// <summary>A body of a type.</summary>
    public static HttpContent Body(byte[] bytes, string? type)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return content;
    }

    public static HttpContent Jpeg(string path) => Body(File.ReadAllBytes(path), "image/jpeg");

    /// <summary>Status, type and JSON of an answer.</summary>
    public async Task<(int Status, string? Type, JsonElement Json)> Ask(HttpRequestMessage request)
    {
        using var reply = await Client.SendAsync(request);
        var text = await reply.Content.ReadAsStringAsync();
        using var json = text.StartsWith('{') || text.StartsWith('[') ? JsonDocument.Parse(text) : JsonDocument.Parse("null");
        return ((int)reply.StatusCode, reply.Content.Headers.ContentType?.MediaType, json.RootElement.Clone());
    }

    public Task<(int Status, string? Type, JsonElement Json)> Post(string path, HttpContent body) =>
        Ask(new HttpRequestMessage(HttpMethod.Post, path) { Content = body });

    public Task<(int Status, string? Type, JsonElement Json)> Get(string path) => Ask(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>The whole text of a page.</summary>
    public Task<string> Read(string path) => Client.GetStringAsync(path);

    /// <summary>The answer to a GET, or to a POST of a body.</summary>
    public Task<HttpResponseMessage> Send(string path, HttpContent? body = null) => body is null ? Client.GetAsync(path)
        : Client.PostAsync(path, body);

    /// <summary>The bytes of an answer.</summary>
    public static byte[] Bytes(HttpResponseMessage reply) => reply.Content.ReadAsByteArrayAsync().Result;

    /// <summary>The words of a problem, after what every problem must be was looked at.</summary>
    public static string Problem((int Status, string? Type, JsonElement Json) answer)
    {
        Xunit.Assert.Equal("application/problem+json", answer.Type);
        Xunit.Assert.Equal(answer.Status, answer.Json.GetProperty("status").GetInt32());
        return answer.Json.GetProperty("detail").GetString()!;
    }

    /// <summary>Asks a process to end as a service manager would.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_program.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Its exit code and its log, when it has ended.</summary>
    public (int ExitCode, string Log) WaitForExit()
    {
        _program.WaitForExit();
        return (_program.ExitCode, _log.Result);
    }

    public void Dispose()
    {
        Client.Dispose();
        if (!_program.HasExited)
            _program.Kill();
        _program.WaitForExit();
        _program.Dispose();
    }

    /// <summary>Files as a form sends them.</summary>
    public static MultipartFormDataContent Form(params (string Name, byte[] Bytes)[] files)
    {
        var form = new MultipartFormDataContent("a-boundary");
        foreach (var (name, bytes) in files)
            form.Add(new ByteArrayContent(bytes), "files", name);
        return form;
    }

    public static HttpContent Json(string text) => new StringContent(text, Encoding.UTF8, "application/json");
}
