using System.CommandLine;
using System.CommandLine.Parsing;
using PetBreeds.Training.Configuration;

namespace PetBreeds.Cli.Console;

/// <summary>The batch size given for each process, so that a command line fits any number of them.</summary>
internal static class BatchPerRank
{
    public static Option<int?> Photos { get; } = new("--batch-size-per-rank")
    {
        Description = "Photos in the share of each process that mpirun started, instead of --batch-size, which is the batch of all.",
        HelpName = "N",
    };

    /// <summary>The configuration with the batch size of all processes.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="config">The configuration that it gives.</param>
    /// <param name="ranks">Number of processes that share a batch.</param>
    /// <exception cref="UserException">It is out of range, or there are two batch sizes.</exception>
    public static TrainOptions Apply(ParseResult parsed, TrainOptions config, int ranks)
    {
        if (parsed.GetValue(Photos) is not { } photos)
            return config;
        if (parsed.CommandResult.Children.Any(child => child is OptionResult { Option.Name: "--batch-size", Implicit: false }))
            throw new UserException("there are two batch sizes", Photos.Name, $"Leave out --batch-size or {Photos.Name}.");
        if (photos < 1 || photos > int.MaxValue / ranks)
            throw new UserException($"'{photos}' is not a number of photos", Photos.Name, "Give 1 or more.");
        var all = config with { AutoBatchSize = false, BatchSize = photos * ranks };
        all.RequireValid();
        return all;
    }
}
