using System.CommandLine;
using PetBreeds.Cli.Console;
using PetBreeds.Cli.Web.Serve;

namespace PetBreeds.Cli.Commands;

internal static class ServeCommand
{
    /// <summary>What the process takes to end beside the requests that are under way.</summary>
    private static readonly TimeSpan End = TimeSpan.FromSeconds(5);

    private static readonly Argument<string?> RunArgument = new("run")
    {
        Description = "A run folder, a run's name, a model.safetensors or a model.onnx. [default: the newest run in ./runs; switches to "
            + "newer ones]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string[]> Models = new("--model")
    {
        Description = "Serve another model by name, for requests with ?model=NAME; may be given several times.",
        HelpName = "NAME=RUN",
    };

    public static Command Create()
    {
        var command = new Command("serve", "Classify photos over HTTP: a web page, and POST /v1/predict for programs.")
        {
            RunArgument, Models,
        };
        foreach (var option in ServeFlags.All)
            command.Add(option);
        command.Add(PredictCommand.Device);
        command.Show(
            "petbreeds serve                                          the newest run, on this machine only",
            "petbreeds serve runs/NAME --model old=runs/OLD           two models; the first one is the default",
            "petbreeds serve runs/NAME --backend onnx                 the exported model.onnx, without libtorch",
            "petbreeds serve --host 0.0.0.0 --api-key \"$KEY\"          for other machines, which need the key",
            "curl -H 'Content-Type: image/jpeg' --data-binary @cat.jpg http://127.0.0.1:8000/v1/predict");
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        var options = ServeFlags.Read(parsed, parsed.GetRequiredValue(PredictCommand.Device));
        var sources = Sources(parsed.GetValue(RunArgument), parsed.GetValue(Models) ?? [], ServeFlags.ReadBackend(parsed));
        Interrupts.Patience = options.Drain + End;
        Serve(options, sources, cancel).GetAwaiter().GetResult();
        return ExitCode.Done;
    }

    /// <summary>The argument comes first, under the name "default"; without it and without names, the newest run does.</summary>
    private static ModelSource[] Sources(string? run, string[] named, ModelBackend? backend)
    {
        ModelSource[] sources = [.. run is null && named.Length > 0 ? [] : new[] { new ModelSource(ModelSource.Default, run, backend) },
            .. named.Select(text => ModelSource.Parse(text, backend))];
        return sources.CountBy(source => source.Name).FirstOrDefault(entry => entry.Value > 1) is { Key: { } twice }
            ? throw new UserException($"two models have the name '{twice}'", "--model", "Give each a different name.")
            : sources;
    }

    /// <summary>Until Ctrl-C or SIGTERM, which is how one ends this.</summary>
    private static async Task Serve(ServeOptions options, IReadOnlyList<ModelSource> sources, CancellationToken cancel)
    {
        await using var server = await ServeServer.Start(options, sources, cancel);
        Terminal.Result(server.Url);
        await server.Run(cancel);
    }
}
