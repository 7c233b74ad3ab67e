using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using PetBreeds.Catalog.Reading;
using PetBreeds.Cli.Cleaning;
using PetBreeds.Cli.Console;
using PetBreeds.Cli.Web;
using PetBreeds.Evaluation.Cleaning;

namespace PetBreeds.Cli.Commands;

internal static class CleanCommand
{
    private static readonly Argument<string?> RunArgument = new("run")
    {
        Description = "A run's folder or name, ideally from train --cross-validate. [default: the newest in ./runs]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> Which = new("--split")
    {
        Description = "Which photos: train, valid, test or all.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "all",
    };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Where to save decisions; an existing file is continued. [default: cleaning.csv in the run folder]",
        HelpName = "FILE.csv",
    };

    private static readonly Option<int> Port = new("--port") { Description = "Port of the page; 0 picks a free one.", HelpName = "N" };

    private static readonly Option<bool> NoBrowser = new("--no-browser") { Description = "Print the address without opening a browser." };

    private static readonly Option<bool> List = new("--list") { Description = "Print the ranked photos without serving the page." };

    private static readonly Option<bool> Json = new("--json") { Description = "With --list: print JSON." };

    public static Command Create()
    {
        var command = new Command("clean", "Review doubtful labels and copies on a local web page; keep, delete or relabel photos.")
        {
            RunArgument, Which, Out, Port, NoBrowser, List, PredictCommand.Device, Json,
        };
        command.Show(
            "petbreeds train --data photos/ --cross-validate 5        each photo judged by a model that has not seen it",
            "petbreeds clean                                          review them",
            "petbreeds train --data photos/ --cleaning runs/NAME/cleaning.csv",
            "petbreeds clean runs/NAME --split train --list           only print the list");
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        if (parsed.GetValue(Port) is < 0 or > 65535)
            throw new UserException($"{parsed.GetValue(Port)} is not a valid port", "--port", "Use 1 to 65535, or 0 for a free one.");
        var split = RunChoice.SplitOf(parsed.GetRequiredValue(Which));
        var run = RunChoice.Of(parsed.GetValue(RunArgument), run => File.Exists(run.OutOfFold) || File.Exists(run.Model));
        var table = CleaningTable.Open(run, cancel);
        var photos = table.Rank(split, parsed.GetRequiredValue(PredictCommand.Device), cancel);
        if (parsed.GetValue(List))
        {
            Show(table.Classes, photos, parsed.GetValue(Json));
            return ExitCode.Done;
        }
        var file = Path.GetFullPath(parsed.GetValue(Out) ?? run.Cleaning);
        using var alone = CleaningFile.TryLock(file)
            ?? throw new UserException("another `petbreeds clean` is using this file", file,
                "Stop the other one, or choose another file with --out.");
        using var pixels = table.Pixels(photos);
        var session = table.Session(photos, pixels, file, cancel);
        var next = $"petbreeds train --config {RunChoice.Quoted(run.Config)} --cleaning {RunChoice.Quoted(file)}";
        var views = new CleaningViews(session, run.Name, table.How, next);
        var page = new CleaningPage(session, views, (photo, read) => CleaningTable.Read(pixels, photo, read));
        Serve(page, parsed.GetValue(Port), open: !parsed.GetValue(NoBrowser), cancel).GetAwaiter().GetResult();
        ShowEnd(session, next);
        return ExitCode.Done;
    }

    /// <summary>Serves until Ctrl-C, the normal way to stop.</summary>
    private static async Task Serve(CleaningPage page, int port, bool open, CancellationToken cancel)
    {
        Interrupts.Patience = TimeSpan.FromSeconds(10); // the server ends in half a second, unless the machine is busy
        await using var server = await LocalServer.Start(port, page.Map);
        Terminal.Result(server.Url);
        Terminal.Note("Keep the address private: it contains a secret token. Ctrl-C stops the server; every decision is saved at once.");
        if (open)
            OpenBrowser(server.UrlOnce);
        await server.Run(cancel);
    }

    private static void OpenBrowser(string url)
    {
        try
        {
            using var opened = Process.Start(new ProcessStartInfo(url) { UseShellExecute = true });
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
            Terminal.Note("Could not open a browser; open the address yourself.");
        }
    }

    private static void ShowEnd(CleaningSession session, string next)
    {
        var counts = session.Counts();
        if (counts.Count == 0)
        {
            Terminal.Note("No decisions were made.");
            return;
        }
        int Of(CleaningAction action) => counts.GetValueOrDefault(action);
        Terminal.Result($"{Of(CleaningAction.Keep)} kept, {Of(CleaningAction.Relabel)} relabelled, "
            + $"{Of(CleaningAction.Delete)} left out: {session.File}");
        Terminal.Result($"next  {next}");
    }

    private static void Show(IReadOnlyList<string> classes, IReadOnlyList<RankedPhoto> photos, bool json)
    {
        if (json)
        {
            Terminal.Json(new
            {
                photos = photos.Select(photo => new
                {
                    photo = photo.Photo.Name,
                    split = photo.Photo.Split.ToString().ToLowerInvariant(),
                    label = classes[photo.Photo.Label],
                    predicted = photo.Predicted < 0 ? null : classes[photo.Predicted],
                    probability = photo.Probability,
                    label_probability = photo.LabelProbability,
                    doubtful = photo.Suspect,
                }),
            });
            return;
        }
        var (label, predicted) = (Width(photos.Select(photo => classes[photo.Photo.Label])),
            Width(photos.Where(photo => photo.Predicted >= 0).Select(photo => classes[photo.Predicted])));
        Terminal.Result($"doubtful  {"label".PadRight(label)}          {"predicted".PadRight(predicted)}          photo");
        foreach (var photo in photos)
            Terminal.Result(
                $"{(photo.Suspect ? "yes" : ""),-8}  {classes[photo.Photo.Label].PadRight(label)}  {photo.LabelProbability,6:0.0%}  "
                + $"{(photo.Predicted < 0 ? "" : classes[photo.Predicted]).PadRight(predicted)}  {photo.Probability,6:0.0%}  "
                + photo.Photo.Name);
    }

    private static int Width(IEnumerable<string> names) => names.Select(name => name.Length).Append(14).Max();
}
