using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace PetBreeds.Cli.Console;

/// <summary>The examples shown below a command's help.</summary>
internal static class Examples
{
    private static readonly ConditionalWeakTable<Command, string[]> Known = [];

    /// <summary>Adds examples to a command.</summary>
    public static void Show(this Command command, params string[] examples) => Known.Add(command, examples);

    public static IReadOnlyList<string> Of(Command command) => Known.TryGetValue(command, out var examples) ? examples : [];

    /// <summary>A command with its parents: "petbreeds data sample".</summary>
    public static string FullName(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } above ? $"{FullName(above)} {command.Name}" : "petbreeds";
}

/// <summary>The usual help, then the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        var examples = Examples.Of(parseResult.CommandResult.Command);
        if (examples.Count > 0)
            parseResult.InvocationConfiguration.Output.WriteLine($"Examples:\n  {string.Join("\n  ", examples)}\n");
        return code;
    }
}
