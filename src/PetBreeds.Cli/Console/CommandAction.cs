using System.CommandLine;
using PetBreeds.Reports.Lettering;

namespace PetBreeds.Cli.Console;

/// <summary>Runs a command's work and turns what goes wrong into one clear message and an exit code.</summary>
internal static class CommandAction
{
    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Show the full trace of an error.", Recursive = true };

    public static void Does(this Command command, Func<ParseResult, CancellationToken, int> work) =>
        command.SetAction(parsed => Guarded(parsed, work));

    /// <summary>The last line of a process that was interrupted.</summary>
    public static void SayInterrupted() => System.Console.Error.WriteLine("Interrupted.");

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
            SayInterrupted();
            return Interrupts.Code;
        }
        catch (UserException e)
        {
            ErrorText.Write("error: ", e);
            return Trace(parsed, e, ExitCode.BadUsage);
        }
#pragma warning disable CA1031 // the last guard: whatever else happened is a fault of the program, said in one line
        catch (Exception e)
#pragma warning restore CA1031
        {
            System.Console.Error.WriteLine($"error: this should not have happened: {e.Message.Split('\n')[0]}");
            System.Console.Error.WriteLine("  Run it again with --verbose and report what it prints.");
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
