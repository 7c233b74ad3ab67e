using Microsoft.Extensions.Logging;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>What the server logs.</summary>
internal static partial class ServeLog
{
    [LoggerMessage(1, LogLevel.Information, "listening on {Url}")]
    public static partial void Listening(ILogger log, string url);

    [LoggerMessage(2, LogLevel.Information, "model {Model} is now {Run}: {Architecture}, {Classes} classes")]
    public static partial void Loaded(ILogger log, string model, string run, string architecture, int classes);

    [LoggerMessage(3, LogLevel.Error, "model {Model} is kept: the new one cannot be loaded: {Problem}")]
    public static partial void ReloadFailed(ILogger log, string model, string problem);

    [LoggerMessage(4, LogLevel.Information, "{Method} {Path} {Status} in {Milliseconds} ms")]
    public static partial void Request(ILogger log, string method, string path, int status, double milliseconds);

    [LoggerMessage(5, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void Failed(ILogger log, string method, string path, Exception error);

    [LoggerMessage(6, LogLevel.Information, "shutting down: finishing {Requests} requests, refusing new ones")]
    public static partial void Draining(ILogger log, int requests);

    [LoggerMessage(7, LogLevel.Information, "stopped; aborted requests: {Requests}")]
    public static partial void Ended(ILogger log, int requests);

    [LoggerMessage(8, LogLevel.Information, "the page has no examples: {Reason}")]
    public static partial void NoExamples(ILogger log, string reason);

    [LoggerMessage(9, LogLevel.Debug, "{Method} {Path} {Status}")]
    public static partial void Probe(ILogger log, string method, string path, int status);

    [LoggerMessage(10, LogLevel.Information, "{Method} {Path} {Status} in {Milliseconds} ms (model {Model}, photos: {Photos})")]
    public static partial void Prediction(ILogger log, string method, string path, int status, double milliseconds, int photos, string model);
}
