using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using PetBreeds.Cli.Commands;
using PetBreeds.Cli.Console;

var root = new RootCommand("Trains image classifiers: presized photos, batch augmentation on the device, fine-tuned ResNets (fast.ai book, chapter 5).")
{
    TrainCommand.Create(),
    LrFindCommand.Create(),
    ShowBatchCommand.Create(),
    PredictCommand.Create(),
    EvaluateCommand.Create(),
    ReportCommand.Create(),
    CleanCommand.Create(),
    RunsCommand.Create(),
    DataCommand.Create(),
    BenchCommand.Create(),
    DoctorCommand.Create(),
};
root.Add(CommandAction.Verbose);
var help = root.Options.OfType<HelpOption>().Single();
help.Action = new HelpWithExamples((HelpAction)help.Action!);

var parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction errors)
{
    errors.ShowHelp = false;
    parsed.Invoke(new InvocationConfiguration { Output = System.Console.Error });
    System.Console.Error.WriteLine($"`{Examples.FullName(parsed.CommandResult.Command)} --help` shows what there is.");
    return ExitCode.BadUsage;
}
return parsed.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null }); // Interrupts sees to signals
