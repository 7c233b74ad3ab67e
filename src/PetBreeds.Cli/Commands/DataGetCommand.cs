using System.CommandLine;
using PetBreeds.Catalog;
using PetBreeds.Catalog.Pets;
using PetBreeds.Cli.Console;

namespace PetBreeds.Cli.Commands;

internal static class DataGetCommand
{
    private static readonly Argument<string> Name = new("name")
    {
        Description = "The data set: pets (Oxford-IIIT Pet, 37 breeds, 7,390 photos).",
    };

    public static Command Create()
    {
        Name.AcceptOnlyFromAmong(DataFolder.Pets);
        var command = new Command("get",
            "Download a data set into the cache folder, verify it and unpack it (811 MB; an interrupted download resumes).")
            { Name };
        command.Show("petbreeds data get pets");
        command.Does((_, cancel) =>
        {
            if (PetsDataSet.Missing() is { } plan)
                Downloads.Get(plan, cancel);
            else
                Terminal.Note("Already downloaded.");
            Terminal.Result(PetsDataSet.Folder);
            return ExitCode.Done;
        });
        return command;
    }
}
