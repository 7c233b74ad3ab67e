using PetBreeds.Export;
using PetBreeds.Runtime;

namespace PetBreeds.Cli.Console;

/// <summary>What was written for one format.</summary>
/// <param name="Format">For which programs.</param>
/// <param name="Folder">Where.</param>
/// <param name="Files">Their names.</param>
/// <param name="Checks">How they compare with the model; empty where they were not run.</param>
internal sealed record Exported(ExportFormat Format, string Folder, IReadOnlyList<string> Files, IReadOnlyList<Parity> Checks);

/// <summary>Prints what was exported.</summary>
internal static class ExportTable
{
    private const int NameWidth = 18;

    public static void Show(IEnumerable<Exported> exports)
    {
        foreach (var export in exports)
        {
            Terminal.Result(export.Folder);
            foreach (var file in export.Files)
            {
                var path = Path.Combine(export.Folder, file);
                var check = export.Checks.FirstOrDefault(check => check.File == path);
                var said = check is null ? "" : $"  {check.Describe()}";
                Terminal.Result($"  {file.PadRight(NameWidth)} {ByteCount.Text(new FileInfo(path).Length),7}{said}");
            }
        }
    }

    public static void ShowJson(string model, IEnumerable<Exported> exports) => Terminal.Json(new
    {
        model,
        exports = exports.Select(export => new
        {
            format = export.Format.Name(),
            folder = export.Folder,
            files = export.Files,
            checks = export.Checks.Select(check => new
            {
                file = check.File,
                photos = check.Photos,
                largest_difference = check.LargestDifference,
                largest_difference_from_same_pixels = check.FromSamePixels,
                changed = check.Changed,
                error = check.Error,
                model_error = check.ModelError,
            }),
        }),
    });
}
