using System.CommandLine;
using PetBreeds.Reports.Lettering;

namespace PetBreeds.Cli.Console;

/// <summary>Runs a command and turns failures into one clear message and an exit code.</summary>
internal static class CommandAction
{
    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Show the stack trace of an error.", Recursive = true };

    public static void Does(this Command command, Func<ParseResult, CancellationToken, int> work) =>
        command.SetAction(parsed => Guarded(parsed, work));

    /// <summary>Prints the last line of an interrupted process.</summary>
    public static void PrintInterrupted() => System.Console.Error.WriteLine("Interrupted.");

    private static int Guarded(ParseResult parsed, Func<ParseResult, CancellationToken, int> work)
    {
        using var interrupts = new Interrupts();
        try
        {
            var code = work(parsed, interrupts.Token);
            foreach (var warning in MissingLetters.Warnings())
                Terminal.Warn(warning);
            return code;
        }
        catch (OperationCanceledException)
        {
            PrintInterrupted();
            return Interrupts.Code;
        }
        catch (UserException e)
        {
            ErrorText.Write("error: ", e);
            return Trace(parsed, e, ExitCode.BadUsage);
        }
#pragma warning disable CA1031 // the last guard: anything else is a bug, reported in one line
        catch (Exception e)
#pragma warning restore CA1031
        {
            System.Console.Error.WriteLine($"error: this should not have happened: {e.Message.Split('\n')[0]}");
            System.Console.Error.WriteLine("  Run it again with --verbose and report the output.");
            return Trace(parsed, e, ExitCode.CheckFailed);
        }
    }

    private static int Trace(ParseResult parsed, Exception e, int code)
    {
        if (parsed.GetValue(Verbose))
            System.Console.Error.WriteLine(e);
        return code;
    }
}
