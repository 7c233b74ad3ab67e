using System.CommandLine;
using PetBreeds.Cli.Console;
using PetBreeds.Export;
using PetBreeds.Models;
using PetBreeds.Runs;
using PetBreeds.Runtime;
using PetBreeds.Training;

namespace PetBreeds.Cli.Commands;

internal static class ExportCommand
{
    private static readonly Argument<string?> RunArgument = new("run")
    {
        Description = "A run's folder or name, or a model.safetensors. [default: the newest run in ./runs]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string[]> Format = new("--format")
    {
        Description = "Target formats: onnx, timm, torchvision, fastai; several with commas or by repeating it. [default: onnx]",
        HelpName = "NAMES",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Where to write; each of several formats gets a subfolder. [default: export/FORMAT in the run's folder]",
        HelpName = "FOLDER",
    };

    private static readonly Option<bool> Half = new("--half")
    {
        Description = "For ONNX: weights and arithmetic of the network in float16, half the size; written to the folder onnx-half.",
    };

    private static readonly Option<bool> NoCheck = new("--no-check")
    {
        Description = "Do not compare the answers of an ONNX export with the model's on the run's validation photos "
            + $"(at most {ExportPhotos.Most}).",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON." };

    public static Command Create()
    {
        var command = new Command("export", "Write a model for other programs: ONNX Runtime, timm, torchvision, fastai.")
        {
            RunArgument, Format, Half, Out, NoCheck, Json,
        };
        command.Show(
            "petbreeds export                                         the newest run as ONNX",
            "petbreeds export runs/NAME --format onnx,timm --out models/pets",
            "petbreeds export model.safetensors --no-check            a model without its run");
        command.Does(Run);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        var formats = Formats(parsed.GetValue(Format));
        var half = parsed.GetValue(Half);
        if (half && formats is not [ExportFormat.Onnx])
            throw new UserException("only ONNX is written in float16", "--half", "Export the other formats without it.");
        var (run, model) = RunChoice.Model(parsed.GetValue(RunArgument));
        TorchRuntime.LetThreadsSleep(); // while ONNX Runtime computes
        var card = ModelFile.ReadCard(model);
        foreach (var format in formats)
            ModelExport.RequireFits(format, card, model);
        var photos = formats.Contains(ExportFormat.Onnx) && !parsed.GetValue(NoCheck)
            ? ExportPhotos.Of(run ?? throw NoPhotos(model), card, new SetupProgress().Sample, cancel)
            : [];
        Exported[] written =
        [
            .. formats.Select(format => Export(format, half, model, Folder(parsed, run, model, format, formats.Length), photos, cancel)),
        ];
        if (parsed.GetValue(Json))
            ExportTable.ShowJson(model, written);
        else
            ExportTable.Show(written);
        // float16 differs, and says by how much.
        var wrong = written.SelectMany(export => export.Checks).Where(check => !half && !check.IsClose).ToArray();
        foreach (var check in wrong)
            System.Console.Error.WriteLine(Terminal.Harmless(
                $"error: {check.File}: a probability differs by {check.LargestDifference:0.0e+0} (at most {Parity.PixelTolerance}), "
                + $"from the same resized pixels by {check.FromSamePixels:0.0e+0} (at most {Parity.Tolerance})"));
        return wrong.Length == 0 ? ExitCode.Done : ExitCode.CheckFailed;
    }

    private static Exported Export(
        ExportFormat format, bool half, string model, string folder, IReadOnlyList<Catalog.PhotoItem> photos, CancellationToken cancel) =>
        ProgressBar.Run($"export {format.Name()}", bar =>
    {
        var files = ModelExport.Write(model, format, folder, half);
        var checks = format == ExportFormat.Onnx && photos.Count > 0
            ? ParityCheck.Run(model, folder, photos,
                done => bar.Report(done, photos.Count, $"comparing {done}/{photos.Count} photos"), cancel)
            : [];
        return new Exported(format, folder, files, checks);
    });

    /// <exception cref="UserException">A name is unknown.</exception>
    private static ExportFormat[] Formats(string[]? given)
    {
        const StringSplitOptions Plain = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        string[] names = [.. (given ?? []).SelectMany(text => text.Split(',', Plain))];
        return names.Length == 0 ? [ExportFormat.Onnx] : [.. names.Select(Named).Distinct()];

        ExportFormat Named(string name) => EnumNames.Named<ExportFormat>(name) ?? throw new UserException(
            $"there is no format '{name}'", "--format", $"Choose from {string.Join(", ", EnumNames.All<ExportFormat>())}.");
    }

    private static string Folder(ParseResult parsed, RunFolder? run, string model, ExportFormat format, int formats)
    {
        var home = parsed.GetValue(Out) ?? Path.Combine(run?.Folder ?? Path.GetDirectoryName(Path.GetFullPath(model))!, "export");
        return parsed.GetValue(Out) is not null && formats == 1
            ? home
            : Path.Combine(home, parsed.GetValue(Half) ? $"{format.Name()}-half" : format.Name());
    }

    private static UserException NoPhotos(string model) => new("a model file alone has no photos to check the export on", model,
        "Give the run's folder, or use --no-check.");
}
