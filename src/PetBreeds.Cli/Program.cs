using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using PetBreeds.Cli.Commands;
using PetBreeds.Cli.Console;

var root = new RootCommand("Trains image classifiers: presized photos, batch augmentation on the device, solved heads, fine-tuned ResNets and ConvNeXts (fast.ai book, chapter 5).")
{
    TrainCommand.Create(),
    LrFindCommand.Create(),
    ShowBatchCommand.Create(),
    PredictCommand.Create(),
    EvaluateCommand.Create(),
    ReportCommand.Create(),
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

if (args.Any(string.IsNullOrWhiteSpace)) // .NET throws at an empty path
{
    System.Console.Error.WriteLine("error: an argument is empty\n  Check the quotes and variables of the command line.");
    return ExitCode.BadUsage;
}
var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }); // a photo may be named @1.jpg
if (parsed.Action is ParseErrorAction errors)
{
    errors.ShowHelp = false;
    parsed.Invoke(new InvocationConfiguration { Output = System.Console.Error });
    System.Console.Error.WriteLine($"`{Examples.FullName(parsed.CommandResult.Command)} --help` shows what there is.");
    return ExitCode.BadUsage;
}
return parsed.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null }); // Interrupts sees to signals
