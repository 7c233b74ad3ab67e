using System.CommandLine;
using PetBreeds.Catalog;
using PetBreeds.Catalog.Sample;
using PetBreeds.Cli.Console;

namespace PetBreeds.Cli.Commands;

internal static class DataCommand
{
    private static readonly Argument<string?> Folder = new("folder")
    {
        Description = "Where to draw it. [default: the cache folder, where --data sample finds it]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create() => new("data", "Prepare and check data sets.")
    {
        DataGetCommand.Create(),
        CreateSample(),
        VerifyCommand.Create(),
        DataSummaryCommand.Create(),
    };

    private static Command CreateSample()
    {
        var command = new Command("sample", "Draw the synthetic sample data set: cartoon cats and dogs of ten made-up breeds.") { Folder };
        command.Show("petbreeds data sample", "petbreeds data sample my-sample/");
        command.Does((parsed, cancel) =>
        {
            var folder = ProgressBar.Run("drawing", bar =>
            {
                var progress = new Progress<(int Done, int Total)>(p => bar.Report(p.Done, p.Total, $"{p.Done}/{p.Total} pictures"));
                return parsed.GetValue(Folder) is { } given
                    ? SampleDataSet.Ensure(given, SampleDataSet.DefaultSeed, SampleDataSet.DefaultPerClass, progress, cancel)
                    : DataFolder.Resolve(DataFolder.Sample, progress, cancel);
            });
            Terminal.Result(folder);
            return ExitCode.Done;
        });
        return command;
    }
}
