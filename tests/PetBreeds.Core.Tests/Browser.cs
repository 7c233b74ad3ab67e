using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace PetBreeds.Tests;

/// <summary>
/// A headless Chromium with one page, driven by the Chrome DevTools Protocol. Tests that need it are skipped where there is none: in PATH
/// as chromium, chromium-browser or google-chrome, or named by PETBREEDS_CHROMIUM.
/// </summary>
public sealed class Browser : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process? _process;
    private readonly string _profile = Directory.CreateTempSubdirectory("petbreeds-browser-").FullName;
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _patience = new();
    private int _id;

    public Browser()
    {
        if (Program() is not { } program)
            return;
        var start = new ProcessStartInfo(program,
            ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage", "--remote-debugging-port=0", $"--user-data-dir={_profile}", "about:blank"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        Connect(Port()).GetAwaiter().GetResult();
    }

    /// <summary>What the page did by itself: dialogs it opened, what its policy or the network refused, errors.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Skips the test where there is no browser.</summary>
    public void Require() => Assert.SkipWhen(_process is null, "there is no Chromium");

    /// <summary>Opens a file at a width in pixels, in a colour scheme, and waits until it is there.</summary>
    public void Open(string file, int width, bool dark = false) => Open(new Uri(Path.GetFullPath(file)), width, dark);

    /// <summary>The same for an address.</summary>
    public void Open(Uri page, int width, bool dark = false)
    {
        Send("Emulation.setDeviceMetricsOverride", new { width, height = 900, deviceScaleFactor = 1, mobile = width < 700 });
        Send("Emulation.setEmulatedMedia", new
        {
            features = new[]
            {
                new { name = "prefers-color-scheme", value = dark ? "dark" : "light" },
                new { name = "prefers-reduced-motion", value = "reduce" }, // or clicks would miss what is still gliding
            },
        });
        Complaints.Clear();
        Send("Page.navigate", new { url = page.AbsoluteUri }, until: "Page.loadEventFired");
    }

    /// <summary>The value of an expression in the page.</summary>
    public JsonElement Value(string expression) =>
        Send("Runtime.evaluate", new { expression, returnByValue = true }).GetProperty("result").GetProperty("value");

    /// <summary>Waits until an expression in the page is true.</summary>
    public void Wait(string condition)
    {
        for (var waited = Stopwatch.StartNew(); Value($"Boolean({condition})").ValueKind != JsonValueKind.True; Thread.Sleep(20))
            Assert.True(waited.Elapsed < Patience, $"not within {Patience.TotalSeconds} s: {condition}; {string.Join('\n', Complaints)}");
    }

    /// <summary>Presses and lets go of a key: "k", "?", "Enter", "ArrowRight".</summary>
    public void Press(string key)
    {
        var text = key.Length == 1 ? key : key == "Enter" ? "\r" : ""; // none with keys that write nothing
        Send("Input.dispatchKeyEvent", new { type = text.Length == 0 ? "rawKeyDown" : "keyDown", key, text, windowsVirtualKeyCode = KeyCode(key) });
        Send("Input.dispatchKeyEvent", new { type = "keyUp", key, windowsVirtualKeyCode = KeyCode(key) });
    }

    /// <summary>Types a text.</summary>
    public void Type(string text) => Send("Input.insertText", new { text });

    /// <summary>Clicks in the middle of an element, as a person would.</summary>
    public void Click(string selector)
    {
        var at = Value($"(() => {{ const e = document.querySelector({JsonSerializer.Serialize(selector)}); e.scrollIntoView({{ block: 'center', behavior: 'instant' }}); "
            + "const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()");
        foreach (var type in new[] { "mousePressed", "mouseReleased" })
            Send("Input.dispatchMouseEvent", new { type, x = at[0].GetDouble(), y = at[1].GetDouble(), button = "left", clickCount = 1 });
    }

    /// <summary>The whole page as a PNG; kept in the folder that PETBREEDS_SCREENSHOTS names, if it does.</summary>
    public byte[] Photograph(string name)
    {
        var picture = Photograph();
        if (Environment.GetEnvironmentVariable("PETBREEDS_SCREENSHOTS") is { Length: > 0 } folder)
            File.WriteAllBytes(Path.Combine(folder, name), picture);
        return picture;
    }

    private byte[] Photograph() => Send("Page.captureScreenshot", new { format = "png", captureBeyondViewport = true }).GetProperty("data").GetBytesFromBase64();

    public void Dispose()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
        _socket.Dispose();
        _patience.Dispose();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // a helper process may still be writing; the system's own cleaning takes it
        }
    }

    private static int KeyCode(string key) => key switch
    {
        "Enter" => 13,
        "Escape" => 27,
        "ArrowLeft" => 37,
        "ArrowUp" => 38,
        "ArrowRight" => 39,
        "ArrowDown" => 40,
        _ => char.ToUpperInvariant(key[0]),
    };

    private static string? Program()
    {
        if (Environment.GetEnvironmentVariable("PETBREEDS_CHROMIUM") is { Length: > 0 } given)
            return given;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return new[] { "chromium", "chromium-browser", "google-chrome" }
            .SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }

    private int Port()
    {
        var file = Path.Combine(_profile, "DevToolsActivePort"); // Chromium writes it once it listens
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; Thread.Sleep(50))
            if (File.Exists(file) && File.ReadLines(file).FirstOrDefault() is { Length: > 0 } port)
                return int.Parse(port);
        throw new TimeoutException("Chromium does not listen");
    }

    private async Task Connect(int port)
    {
        _patience.CancelAfter(Patience);
        using var http = new HttpClient();
        using var pages = JsonDocument.Parse(await http.GetStringAsync($"http://127.0.0.1:{port}/json/list", _patience.Token));
        var page = pages.RootElement.EnumerateArray().First(target => target.GetProperty("type").GetString() == "page");
        await _socket.ConnectAsync(new Uri(page.GetProperty("webSocketDebuggerUrl").GetString()!), _patience.Token);
        foreach (var domain in new[] { "Page", "Runtime", "Log" })
            Send($"{domain}.enable", new { });
    }

    /// <summary>Sends a command and reads on until its answer, and until an event if one is named.</summary>
    private JsonElement Send(string method, object parameters, string? until = null)
    {
        var id = ++_id;
        _patience.CancelAfter(Patience);
        _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters }), WebSocketMessageType.Text, true, _patience.Token)
            .GetAwaiter().GetResult();
        JsonElement? answer = null;
        var seen = until is null;
        while (answer is null || !seen)
        {
            var message = Receive();
            if (message.TryGetProperty("id", out var of) && of.GetInt32() == id)
                answer = message.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException($"{method}: {message}");
            else if (message.TryGetProperty("method", out var name))
            {
                seen |= name.GetString() == until;
                if (name.GetString() is "Page.javascriptDialogOpening" or "Log.entryAdded" or "Runtime.exceptionThrown" or "Runtime.consoleAPICalled")
                    Complaints.Add(message.ToString());
            }
        }
        return answer.Value;
    }

    private JsonElement Receive()
    {
        var (text, buffer) = (new StringBuilder(), new byte[1 << 16]);
        var decoder = Encoding.UTF8.GetDecoder();
        var characters = new char[buffer.Length];
        while (true)
        {
            var part = _socket.ReceiveAsync(buffer, _patience.Token).GetAwaiter().GetResult();
            text.Append(characters, 0, decoder.GetChars(buffer, 0, part.Count, characters, 0));
            if (part.EndOfMessage)
                return JsonDocument.Parse(text.ToString()).RootElement;
        }
    }
}
