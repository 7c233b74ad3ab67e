using System.CommandLine;
using PetBreeds.Batches;
using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;
using PetBreeds.Cli.Console;
using PetBreeds.Reports.Pictures;
using PetBreeds.Runtime;
using PetBreeds.Training;

namespace PetBreeds.Cli.Commands;

internal static class ShowBatchCommand
{
    private const int MostPhotos = 400;
    private const int Spare = 8; // presized as well, in case some cannot be decoded

    private static readonly TrainFlags Settings = new(TrainFlags.OfData);

    private static readonly Option<string> Picture = new("--out")
    {
        Description = "Where to write the picture.",
        HelpName = "FILE.png",
        DefaultValueFactory = _ => "batch.png",
    };

    private static readonly Option<int?> Count = new("--count")
    {
        Description = $"Photos to show, 1 to {MostPhotos}. [default: 9; with --compare 3]",
        HelpName = "N",
    };

    private static readonly Option<bool> Unique = new("--unique") { Description = "Show one photo as the first epochs augment it." };

    private static readonly Option<bool> Compare = new("--compare")
    {
        Description = "Show why photos are presized: one interpolation beside a chain of separate steps, with the same random draws.",
    };

    private static readonly Option<string?> Photo = new("--photo")
    {
        Description = "The photo to show with --unique or --compare.",
        HelpName = "NAME",
    };

    public static Command Create()
    {
        var command = new Command("show-batch", "Draw augmented photos as the network sees them, with their labels.")
            { Picture, Count, Unique, Compare, Photo };
        Settings.AddTo(command);
        command.Show(
            "petbreeds show-batch --data photos/ --count 16",
            "petbreeds show-batch --data photos/ --unique            one photo in nine augmentations",
            "petbreeds show-batch --data photos/ --compare           one interpolation beside a chain of five");
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        var config = Settings.Read(parsed);
        var (unique, compare, name) = (parsed.GetValue(Unique), parsed.GetValue(Compare), parsed.GetValue(Photo));
        var count = parsed.GetValue(Count) ?? (compare ? name is null ? 3 : 1 : 9);
        Check(count, unique, compare, name);
        var device = Devices.Resolve(config.Device);
        using var data = ProgressBar.Run("preparing", bar =>
        {
            var progress = SessionSetup.On(bar);
            var catalog = TrainingData.ReadCatalog(config, progress, cancel);
            return TrainingData.Open(config, catalog, name is null
                ? TrainingData.SomeTraining(catalog, (unique ? 1 : count) + Spare, config.Seed)
                : [PhotoSearch.Find(catalog, name)]);
        });
        SessionSetup.DescribeLeftOut(data.Catalog.PassedOver, data.Catalog.Concerns);
        SessionSetup.WarnOfBadPhotos(data);
        var path = Path.GetFullPath(parsed.GetRequiredValue(Picture));
        if (unique)
            BatchPicture.SaveUnique(path, data, Shown(data, 1)[0], count, device);
        else if (compare)
            AugmentComparison.Save(path, data, Shown(data, count), device);
        else
            BatchPicture.SaveBatch(path, data, data.Windows(Split.Train, count), count, device);
        Terminal.Result(path);
        return ExitCode.Done;
    }

    private static void Check(int count, bool unique, bool compare, string? photo)
    {
        if (count is < 1 or > MostPhotos)
            throw new UserException($"'{count}' is not a whole number from 1 to {MostPhotos}", "--count");
        if (unique && compare)
            throw new UserException("--unique and --compare draw different pictures", null, "Use only one of them.");
        if (photo is not null && !unique && !compare)
            throw new UserException("--photo needs --unique or --compare", null, "Add one of them; a batch shows many photos.");
    }

    private static Sample[] Shown(TrainingData data, int count)
    {
        Sample[] samples =
            [.. Enum.GetValues<Split>().SelectMany(data.Samples).Where(sample => data.Read(sample, static (_, _, _) => { })).Take(count)];
        return samples.Length > 0
            ? samples
            : throw new UserException("no photo can be decoded", data.Catalog.Root, "Check that the files are intact.");
    }
}
