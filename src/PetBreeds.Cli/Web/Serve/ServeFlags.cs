using System.CommandLine;
using System.Net;
using PetBreeds.Evaluation.Serving;
using PetBreeds.Runtime;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>The flags of `serve`, and what they make of a server's options.</summary>
internal static class ServeFlags
{
    private const int ExamplesHere = 6;
    private const string KeyVariable = "PETBREEDS_API_KEY";

    private static readonly Option<string> Host = new("--host")
    {
        Description = "The address to listen on. Others than 127.0.0.1 can be reached from other machines and need --api-key or --no-auth.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<int> Port = Number("--port", "N", "The port; 0 picks a free one.", 8000);

    private static readonly Option<string?> ApiKey = new("--api-key")
    {
        Description = $"The key that requests must send. Others on this machine can read a command line: the variable {KeyVariable} "
            + "works, too.",
        HelpName = "KEY",
    };

    private static readonly Option<bool> NoAuth = new("--no-auth") { Description = "With --host: accept requests without a key." };

    private static readonly Option<string[]> Cors = new("--cors")
    {
        Description = "A website whose pages may send photos here, such as https://example.org; may be given several times.",
        HelpName = "ORIGIN",
    };

    private static readonly Option<int> MaxBatch = Number("--max-batch", "N",
        "Maximum number of photos that go through the network at once.", new BatchingOptions().MaxBatch);

    private static readonly Option<double> MaxWait = Decimal("--max-wait", "MS",
        "How long a photo waits for others when its batch is not full, in milliseconds.", new BatchingOptions().MaxWait.TotalMilliseconds);

    private static readonly Option<int> MaxQueue = Number("--max-queue", "N",
        "Maximum number of photos in progress; others get 429 and should retry.", new BatchingOptions().MaxQueue);

    private static readonly Option<double> MaxBody = Decimal("--max-body", "MB", "Maximum size of a request's body.", 16);

    private static readonly Option<double> MaxPixels = Decimal("--max-pixels", "MILLION",
        "Maximum number of pixels of a photo, in millions.", new BatchingOptions().MaxPixels / 1e6);

    private static readonly Option<double> Timeout = Decimal("--timeout", "S",
        "Maximum number of seconds from a request's first byte to its answer.", 30);

    private static readonly Option<double> Drain = Decimal("--drain", "S",
        "How many seconds to wait for open requests on shutdown.", 25);

    private static readonly Option<int> DecodeThreads = Number("--decode-threads", "N", "Threads that decode photos.",
        new BatchingOptions().DecodeThreads);

    private static readonly Option<int?> Examples = new("--examples")
    {
        Description = $"How many of the run's validation photos the page offers as examples. [default: {ExamplesHere}, or 0 with --host]",
        HelpName = "N",
    };

    private static readonly Option<string?> Backend = new("--backend")
    {
        Description = "Inference backend: torch, or onnx (a run's exported model.onnx, on the CPU and without libtorch). "
            + "[default: onnx for a model.onnx, else torch]",
        HelpName = "NAME",
    };

    public static IReadOnlyList<Option> All { get; } =
    [
        Host, Port, ApiKey, NoAuth, Cors, MaxBatch, MaxWait, MaxQueue, MaxBody, MaxPixels, Timeout, Drain, DecodeThreads, Examples, Backend,
    ];

    /// <exception cref="UserException">A flag is wrong, or the server would be open to others without a word.</exception>
    public static ServeOptions Read(ParseResult parsed, ComputeDevice device)
    {
        var host = Address(parsed.GetRequiredValue(Host));
        var local = IPAddress.IsLoopback(host);
        var key = parsed.GetValue(ApiKey) ?? Environment.GetEnvironmentVariable(KeyVariable);
        RequireAuth(local, key, parsed.GetValue(NoAuth));
        return new ServeOptions
        {
            Host = host,
            Port = (int)InRange(parsed, Port, 0, 65535),
            ApiKey = string.IsNullOrEmpty(key) ? null : key,
            Origins = [.. (parsed.GetValue(Cors) ?? []).Select(Origin)],
            MaxBodyBytes = (long)(InRange(parsed, MaxBody, .001, 1024) * (1 << 20)),
            Timeout = TimeSpan.FromSeconds(InRange(parsed, Timeout, .1, 3600)),
            Drain = TimeSpan.FromSeconds(InRange(parsed, Drain, 0, 3600)),
            Examples = Math.Clamp(parsed.GetValue(Examples) ?? (local ? ExamplesHere : 0), 0, 100),
            Device = device,
            Batching = new BatchingOptions
            {
                MaxBatch = (int)InRange(parsed, MaxBatch, 1, 1024),
                MaxWait = TimeSpan.FromMilliseconds(InRange(parsed, MaxWait, 0, 600_000)),
                MaxQueue = (int)InRange(parsed, MaxQueue, 1, 100_000),
                DecodeThreads = (int)InRange(parsed, DecodeThreads, 1, 256),
                MaxPixels = (long)(InRange(parsed, MaxPixels, .000001, 178) * 1e6),
            }.Validated(),
        };
    }

    /// <summary>What is to compute the models; null: it depends on the model's file.</summary>
    /// <exception cref="UserException">There is no such backend.</exception>
    public static ModelBackend? ReadBackend(ParseResult parsed) => parsed.GetValue(Backend) is not { } name ? null
        : EnumNames.Named<ModelBackend>(name)
            ?? throw new UserException($"there is no backend '{name}'", "--backend", "Use torch or onnx.");

    private static void RequireAuth(bool local, string? key, bool noAuth)
    {
        if (noAuth && !string.IsNullOrEmpty(key))
            throw new UserException("--no-auth accepts requests without a key, which contradicts a key", null, "Use only one of them.");
        if (!local && !noAuth && string.IsNullOrEmpty(key))
            throw new UserException("other machines could use the server without authentication", "--host",
                $"Use --api-key KEY (or set {KeyVariable}), or --no-auth if that is intended.");
    }

    private static IPAddress Address(string text) => text == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(text, out var address) ? address
        : throw new UserException($"'{text}' is not an IP address", "--host",
            "Use, for example, 127.0.0.1, 0.0.0.0 (all addresses of this machine) or [::].");

    private static string Origin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && text == uri.GetLeftPart(UriPartial.Authority)
            ? text
            : throw new UserException($"'{text}' is not the origin of a website", "--cors",
                "Use, for example, https://example.org, without a path.");

    private static double InRange<T>(ParseResult parsed, Option<T> option, double least, double most) where T : struct, IConvertible
    {
        var value = parsed.GetValue(option).ToDouble(null);
        return value >= least && value <= most ? value
            : throw new UserException(FormattableString.Invariant($"{value} is not between {least} and {most}"), option.Name,
                "Choose a value in this range.");
    }

    private static Option<int> Number(string name, string unit, string description, int value) =>
        new(name) { Description = description, HelpName = unit, DefaultValueFactory = _ => value };

    private static Option<double> Decimal(string name, string unit, string description, double value) =>
        new(name) { Description = description, HelpName = unit, DefaultValueFactory = _ => value };
}
