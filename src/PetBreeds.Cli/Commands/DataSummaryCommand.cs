using System.CommandLine;
using PetBreeds.Batches.Walkthrough;
using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;
using PetBreeds.Cli.Console;
using PetBreeds.Pixels;
using PetBreeds.Reports.Pictures;
using PetBreeds.Runtime;
using PetBreeds.Training;
using PetBreeds.Training.Configuration;

namespace PetBreeds.Cli.Commands;

internal static class DataSummaryCommand
{
    private const int PhotosMeasured = 200; // their mean is within about .01 of the mean of all photos

    private static readonly TrainFlags Settings = new(TrainFlags.OfData);

    private static readonly Option<string?> Photo = new("--photo")
    {
        Description = "The photo to follow; it may be one that was left out. [default: the first training photo]",
        HelpName = "NAME",
    };

    private static readonly Option<string> Picture = new("--out")
    {
        Description = "Where to write the picture of the steps.",
        HelpName = "FILE.png",
        DefaultValueFactory = _ => "summary.png",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the summary as JSON." };

    public static Command Create()
    {
        var command = new Command("summary", "Follow one photo through every step to the network's input, and summarise the data set.")
        {
            Photo, Picture, Json,
        };
        Settings.AddTo(command);
        command.Show(
            "petbreeds data summary --data photos/",
            "petbreeds data summary --labels csv:labels.csv --photo cat_7.jpg     why does this one fail?",
            "petbreeds data summary --data photos/ --json");
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        var config = Settings.Read(parsed);
        var json = parsed.GetValue(Json);
        var device = Devices.Resolve(config.Device);
        var report = ProgressBar.Run("preparing", bar => Follow(config, parsed.GetValue(Photo), device, SessionSetup.On(bar), cancel));
        if (report.Photo is not null)
            WalkPicture.Save(Path.GetFullPath(parsed.GetRequiredValue(Picture)), report.Steps, $"{report.Photo.Name}, step by step");
        SummaryText.Show(report, json, report.Photo is null ? null : Path.GetFullPath(parsed.GetRequiredValue(Picture)));
        if (report.Failed is not { Failure: { } failure } step)
            return ExitCode.Done;
        ErrorText.Write($"error: step '{step.Name}' failed: ", failure);
        return ExitCode.CheckFailed;
    }

    private static SummaryReport Follow(
        TrainOptions config, string? photo, TorchSharp.torch.Device device, SetupProgress progress, CancellationToken cancel)
    {
        PhotoCatalog catalog;
        try
        {
            catalog = TrainingData.ReadCatalog(config, progress, cancel);
        }
        catch (UserException e) when (Exists(config))
        {
            return new SummaryReport(config, Failed: new WalkStep("catalog", new WalkValue("data set"), null, TimeSpan.Zero, Failure: e));
        }
        var item = photo is null ? catalog.Of(Split.Train)[0] : PhotoSearch.FindOrOpen(catalog, photo);
        var count = Math.Max(PhotosMeasured, config.BatchSize);
        using var data = TrainingData.Open(config, catalog, TrainingData.SomeTraining(catalog, count, config.Seed));
        SessionSetup.WarnOfClasses(catalog.Concerns);
        SessionSetup.WarnOfBadPhotos(data);
        var walk = new PhotoWalk(item, catalog.Classes, data.Preprocessing, data.Augment, config.Seed).Follow();
        var statistics = new PixelStatistics();
        foreach (var sample in data.Samples(Split.Train))
            data.Read(sample, (_, _, pixels) => statistics.Add(pixels));
        var batch = statistics.Photos == 0 ? NoBatch(data)
            : BatchWalk.Follow(data.Windows(Split.Train, config.BatchSize), data.Transform, data.Augment, device);
        WalkStep[] steps = [.. walk, .. batch];
        var failed = steps.FirstOrDefault(step => step.Failure is not null);
        return new SummaryReport(config, catalog, item, steps, walk.Count, statistics, failed);
    }

    /// <summary>Whether the data exist: a fault in them is then a finding, while missing data are a mistake on the command line.</summary>
    private static bool Exists(TrainOptions config)
    {
        var path = config.Labels.TablePath ?? config.Data;
        return path is DataFolder.Sample || File.Exists(path) || Directory.Exists(path);
    }

    private static WalkStep[] NoBatch(TrainingData data) =>
    [
        new("collate", new WalkValue("photos", Text: $"{data.BadPhotos.Count} photos"), null, TimeSpan.Zero,
            Failure: new UserException($"none of {data.BadPhotos.Count} training photos can be decoded", data.Catalog.Root,
                "Check that the files are intact.")),
    ];
}
