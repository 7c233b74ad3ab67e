using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace PetBreeds.Cli.Tests;

/// <summary>
/// A small data set with names that would do harm, a run that was cross-validated on it, and the cleaning page of that run.
/// </summary>
public sealed class CleanSite : IDisposable
{
    public const string Script = "<script>alert(1)</script>";
    public const string Formula = "=HYPERLINK(\"http://x\")";
    public const string Attribute = "../x\" onerror=\"alert(2)";

    public static readonly string[] Classes = [Attribute, Script, Formula]; // in ordinal order

    private readonly Process _program;
    private readonly Task<string> _errors;

    /// <param name="run">Whose photos are borrowed.</param>
    public CleanSite(SampleRun run)
    {
        Folder = Directory.CreateTempSubdirectory("petbreeds-clean-").FullName;
        Run = Path.Combine(Folder, "run");
        Directory.CreateDirectory(Path.Combine(Folder, "photos"));
        Directory.CreateDirectory(Run);
        string[] photos = [.. Directory.GetFiles(Path.Combine(run.Data, "images")).Order(StringComparer.Ordinal).Take(60)];
        var table = new StringBuilder("photo,label,split\n");
        var answers = new StringBuilder("photo,split,label," + string.Join(',', Classes.Select(name => Quote("p:" + name))) + "\n");
        for (var i = 0; i < 60; i++)
        {
            var (label, split) = (i % 3, i % 5 == 4 ? "valid" : "train");
            File.Copy(photos[i == 59 ? 0 : i], Path.Combine(Folder, "photos", Name(i))); // the last is the first again, of another class
            table.Append($"{Quote("photos/" + Name(i))},{Quote(Classes[label])},{split}\n");
            answers.Append($"{Quote("photos/" + Name(i))},{split},{Quote(Classes[label])},{string.Join(',', Probabilities(i, label))}\n");
        }
        File.WriteAllText(Path.Combine(Folder, "labels.csv"), table.ToString());
        File.WriteAllText(Path.Combine(Run, "out-of-fold.csv"), answers.ToString());
        File.WriteAllText(Path.Combine(Run, "config.yaml"),
            $"labels: 'csv:{Path.Combine(Folder, "labels.csv")}'\npresize: 64\nsize: 48\narch: resnet18\n");
        _program = run.Program.Start([], "clean", Run, "--no-browser");
        _errors = _program.StandardError.ReadToEndAsync();
        Url = new Uri(_program.StandardOutput.ReadLine() ?? throw new InvalidOperationException(_errors.Result));
    }

    public string Folder { get; }

    public string Run { get; }

    public Uri Url { get; }

    public string Token => Url.AbsolutePath.Trim('/');

    public string Cleaning => Path.Combine(Run, "cleaning.csv");

    /// <summary>The first three names hold what would break out of markup, an attribute or a formula.</summary>
    public static string Name(int i) => i switch
    {
        0 => "it's \"quoted\" <b>.jpg",
        1 => "=1+1 & <img src=x onerror=alert(3)>.jpg",
        2 => "a,b;c%2F..%2F#?.jpg",
        _ => $"photo {i}.jpg",
    };

    /// <summary>The rows of cleaning.csv as they stand.</summary>
    public string[] Rows() => File.Exists(Cleaning) ? [.. File.ReadAllLines(Cleaning).Skip(1)] : [];

    /// <summary>The header that a browser sends to this site.</summary>
    public string Host => $"Host: 127.0.0.1:{Url.Port}\r\n";

    /// <summary>The header that a page of this site sends with a POST.</summary>
    public string Origin => $"Origin: http://127.0.0.1:{Url.Port}\r\n";

    /// <summary>Sends bytes as they are and gives what comes back.</summary>
    public string Send(string request) => Send(Url.Port, request);

    /// <summary>The same, to another server of this machine.</summary>
    public static string Send(int port, string request)
    {
        using var client = new TcpClient("127.0.0.1", port);
        using var stream = client.GetStream();
        stream.ReadTimeout = 30_000;
        stream.Write(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd();
    }

    /// <summary>What comes back for a page's whole address.</summary>
    public static string Open(Uri page) =>
        Send(page.Port, $"GET {page.AbsolutePath} HTTP/1.1\r\nHost: {page.Authority}\r\nConnection: close\r\n\r\n");

    /// <summary>The answer to a GET of a path, as it comes.</summary>
    public string Get(string path, string headers) => Send($"GET {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");

    /// <summary>The answer to a POST to a path behind the token, as it comes.</summary>
    public string Post(string path, string headers, string body) =>
        Send($"POST /{Token}/{path} HTTP/1.1\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");

    /// <summary>Decides as the page does.</summary>
    /// <returns>The status of the answer.</returns>
    public int Decide(string decision) => Status(Post("decide", Host + Origin, decision));

    public static int Status(string answer) => int.Parse(answer.Split(' ')[1]);

    /// <summary>Ends the program as Ctrl-C (INT) or a service manager (TERM) would.</summary>
    /// <returns>Its exit code, what it still printed, and its errors.</returns>
    public (int ExitCode, string Output, string Errors) End(string signal = "TERM")
    {
        using (var kill = Process.Start("kill", [$"-{signal}", $"{_program.Id}"]))
            kill.WaitForExit();
        var output = _program.StandardOutput.ReadToEnd();
        _program.WaitForExit();
        return (_program.ExitCode, output, _errors.Result);
    }

    public void Dispose()
    {
        if (!_program.HasExited)
            _program.Kill();
        _program.WaitForExit();
        _program.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Photos 0 to 3 are predicted as the next class, the first with the highest confidence.</summary>
    private static double[] Probabilities(int i, int label) =>
        [.. Enumerable.Range(0, 3).Select(c => i < 4
            ? (c == (label + 1) % 3 ? .95 : c == label ? .01 + .01 * i : .04 - .01 * i)
            : c == label ? .9 : .05)];

    private static string Quote(string text) => $"\"{text.Replace("\"", "\"\"")}\"";
}
