using System.CommandLine;
using PetBreeds.Catalog;
using PetBreeds.Cli.Console;
using PetBreeds.Export;
using PetBreeds.Export.Onnx;
using PetBreeds.Models;
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
        Description = "Target formats: onnx, timm, torchvision, fastai, triton; several with commas or by repeating it. [default: onnx]",
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

    private static readonly Option<bool> Int8 = new("--int8")
    {
        Description = "For ONNX: the network in int8, a quarter of the size, with ranges from the run's training photos "
            + $"(at most {ExportPhotos.Most}); written to the folder onnx-int8. ResNets only.",
    };

    private static readonly Option<bool> NoCheck = new("--no-check")
    {
        Description = "Do not compare the answers of an ONNX export with the model's on the run's validation photos "
            + $"(at most {ExportPhotos.Most}).",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON." };

    public static Command Create()
    {
        var command = new Command("export", "Write a model for other programs: ONNX Runtime, timm, torchvision, fastai, Triton.")
        {
            RunArgument, Format, Half, Int8, Out, NoCheck, Json,
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
        var numbers = Numbers(parsed, formats);
        var (run, model) = RunChoice.Model(parsed.GetValue(RunArgument));
        var card = ModelFile.ReadCard(model);
        foreach (var format in formats)
            ModelExport.RequireFits(format, card, model, numbers);
        var calibration = numbers == NumberFormat.Int8 ? new Calibration(
            ExportPhotos.ToCalibrate(run ?? throw NoTrainingPhotos(model), card, new SetupProgress().Sample, cancel), cancel) : null;
        var photos = formats.Any(IsOnnx) && !parsed.GetValue(NoCheck)
            ? ExportPhotos.ToCheck(run ?? throw NoPhotos(model), card, new SetupProgress().Sample, cancel)
            : [];
        Exported[] written =
        [
            .. formats.Select(format => Export(format, numbers, model, card, Folder(parsed, model, format, formats.Length),
                calibration, photos, cancel)),
        ];
        if (calibration is { Unread: [var first, ..] unread })
            Terminal.Warn($"{unread.Count} of {calibration.Photos} training photos could not be read to calibrate int8, such as {first}");
        if (parsed.GetValue(Json))
            ExportTable.ShowJson(model, written);
        else
            ExportTable.Show(written);
        // float16 and int8 differ, and say by how much.
        var wrong = written.SelectMany(export => export.Checks).Where(check => numbers == NumberFormat.Float32 && !check.IsClose).ToArray();
        foreach (var check in wrong)
            System.Console.Error.WriteLine(Terminal.Harmless(
                $"error: {check.File}: a probability differs by {check.LargestDifference:0.0e+0} (at most {Parity.PixelTolerance}), "
                + $"from the same resized pixels by {check.FromSamePixels:0.0e+0} (at most {Parity.Tolerance})"));
        return wrong.Length == 0 ? ExitCode.Done : ExitCode.CheckFailed;
    }

    private static Exported Export(ExportFormat format, NumberFormat numbers, string model, ModelCard card, string folder,
        Calibration? calibration, IReadOnlyList<PhotoItem> photos, CancellationToken cancel) =>
        ProgressBar.Run($"export {format.Name()}", bar =>
    {
        if (calibration is not null)
            calibration.Progress = done => bar.Report(done, calibration.Photos, $"calibrating on {done}/{calibration.Photos} photos");
        var files = ModelExport.Write(model, format, folder, numbers, calibration);
        var (whole, network) = ModelExport.OnnxFilesOf(format, files);
        var checks = whole is not null && photos.Count > 0
            ? ParityCheck.Run(model, Path.Combine(folder, whole), network is null ? null : Path.Combine(folder, network), photos,
                done => bar.Report(done, photos.Count, $"comparing {done}/{photos.Count} photos"), cancel)
            : [];
        if (checks.Count > 0)
            ModelExport.WriteReadme(format, folder, card, numbers, checks);
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

    private static string Folder(ParseResult parsed, string model, ExportFormat format, int formats)
    {
        var home = parsed.GetValue(Out) ?? ExportFolders.Home(model);
        return parsed.GetValue(Out) is not null && formats == 1
            ? home
            : Path.Combine(home, parsed.GetValue(Half) ? $"{format.Name()}-half"
                : parsed.GetValue(Int8) ? $"{format.Name()}-int8" : format.Name());
    }

    private static bool IsOnnx(ExportFormat format) => format is ExportFormat.Onnx or ExportFormat.Triton;

    /// <exception cref="UserException">Two are asked for, or formats that have only one.</exception>
    private static NumberFormat Numbers(ParseResult parsed, ExportFormat[] formats)
    {
        var (half, int8) = (parsed.GetValue(Half), parsed.GetValue(Int8));
        if (half && int8)
            throw new UserException("a network computes in float16 or in int8, not in both", "--half, --int8", "Give one of them.");
        if ((half || int8) && !formats.All(IsOnnx))
            throw new UserException($"only ONNX is written in {(half ? "float16" : "int8")}", half ? "--half" : "--int8",
                "Export the other formats without it.");
        return half ? NumberFormat.Float16 : int8 ? NumberFormat.Int8 : NumberFormat.Float32;
    }

    private static UserException NoTrainingPhotos(string model) => new(
        "a model file alone has no training photos, which int8 needs", model, "Give the run's folder.");

    private static UserException NoPhotos(string model) => new("a model file alone has no photos to check the export on", model,
        "Give the run's folder, or use --no-check.");
}
