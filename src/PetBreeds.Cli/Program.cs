using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using PetBreeds.Cli.Commands;
using PetBreeds.Cli.Console;

Ranks.Hush();
var root = new RootCommand(
    "Train image classifiers: presized photos, batch augmentation on the device, solved linear heads, fine-tuned ResNets and ConvNeXts "
        + "(fast.ai book, chapter 5).")
{
    TrainCommand.Create(),
    LrFindCommand.Create(),
    ShowBatchCommand.Create(),
    PredictCommand.Create(),
    EvaluateCommand.Create(),
    ReportCommand.Create(),
    ExportCommand.Create(),
    CleanCommand.Create(),
    ServeCommand.Create(),
    RunsCommand.Create(),
    DataCommand.Create(),
    BenchCommand.Create(),
    DoctorCommand.Create(),
};
root.Add(CommandAction.Verbose);
var help = root.Options.OfType<HelpOption>().Single();
help.Action = new HelpWithExamples((HelpAction)help.Action!);

if (args.Any(string.IsNullOrWhiteSpace)) // .NET throws on an empty path
{
    System.Console.Error.WriteLine("error: an argument is empty\n  Check the quoting and the variables on the command line.");
    return ExitCode.BadUsage;
}
var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }); // a photo may be named @1.jpg
if (parsed.Action is ParseErrorAction errors)
{
    errors.ShowHelp = false;
    parsed.Invoke(new InvocationConfiguration { Output = System.Console.Error });
    System.Console.Error.WriteLine($"Run `{Examples.FullName(parsed.CommandResult.Command)} --help` for usage.");
    return ExitCode.BadUsage;
}
return parsed.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null }); // Interrupts handles signals
