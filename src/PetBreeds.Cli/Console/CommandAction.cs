using System.CommandLine;
using PetBreeds.Reports.Lettering;

namespace PetBreeds.Cli.Console;

/// <summary>Runs a command and turns failures into one clear message and an exit code.</summary>
internal static class CommandAction
{
    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Show the stack trace of an error.", Recursive = true };

    /// <param name="command">The command.</param>
    /// <param name="work">Does its work.</param>
    /// <param name="together">Whether it uses all processes if MPI's launcher started several; otherwise rank 0 works alone.</param>
    public static void Does(this Command command, Func<ParseResult, CancellationToken, int> work, bool together = false) =>
        command.SetAction(parsed => Guarded(parsed, together ? work : Alone(work)));

    /// <summary>Prints the last line of an interrupted process.</summary>
    public static void PrintInterrupted() => System.Console.Error.WriteLine("Interrupted.");

    private static Func<ParseResult, CancellationToken, int> Alone(Func<ParseResult, CancellationToken, int> work) => (parsed, cancel) =>
    {
        if (Ranks.IsFollower)
            return ExitCode.Done;
        if (Ranks.Started != 1)
            Terminal.Warn($"{Examples.FullName(parsed.CommandResult.Command)} runs in one process; the others do nothing");
        return work(parsed, cancel);
    };

    private static int Guarded(ParseResult parsed, Func<ParseResult, CancellationToken, int> work)
    {
        using var interrupts = new Interrupts();
        try
        {
            var code = work(parsed, interrupts.Token);
            foreach (var warning in MissingLetters.Warnings())
                Terminal.Warn(warning);
            Ranks.Group.Dispose();
            return code;
        }
        catch (OperationCanceledException)
        {
            PrintInterrupted();
            Ranks.WaitForOthers();
            Ranks.End(_ => { }, Interrupts.Code);
            return Interrupts.Code;
        }
        catch (UserException e)
        {
            var code = Expected(parsed, e, "");
            Ranks.End(rank => Expected(parsed, e, rank), code);
            return code;
        }
#pragma warning disable CA1031 // the last guard: anything else is a bug, reported in one line
        catch (Exception e)
#pragma warning restore CA1031
        {
            var code = Unexpected(parsed, e, "");
            Ranks.End(rank => Unexpected(parsed, e, rank), code);
            return code;
        }
    }

    private static int Expected(ParseResult parsed, UserException e, string rank)
    {
        ErrorText.Write($"error: {rank}", e);
        return Trace(parsed, e, ExitCode.BadUsage);
    }

    private static int Unexpected(ParseResult parsed, Exception e, string rank)
    {
        System.Console.Error.WriteLine($"error: {rank}this should not have happened: {e.Message.Split('\n')[0]}");
        System.Console.Error.WriteLine("  Run it again with --verbose and report the output.");
        return Trace(parsed, e, ExitCode.CheckFailed);
    }

    private static int Trace(ParseResult parsed, Exception e, int code)
    {
        if (parsed.GetValue(Verbose))
            System.Console.Error.WriteLine(e);
        return code;
    }
}
