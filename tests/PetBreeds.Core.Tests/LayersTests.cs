using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace PetBreeds.Tests;

/// <summary>Folders of the library depend one way: a file may use its own folder, those before it, and the root.</summary>
public partial class LayersTests
{
    /// <summary>Bottom to top; folders on one line do not use each other.</summary>
    private static readonly string[][] Layers =
        [["Runtime"], ["Catalog"], ["Pixels"], ["Batches", "Models"], ["Training"], ["Evaluation"], ["Export", "Reports"]];

    public static TheoryData<string> Folders => [.. Layers.SelectMany(layer => layer)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_those_below_it(string folder)
    {
        var level = Array.FindIndex(Layers, layer => layer.Contains(folder));
        string[] allowed = [folder, .. Layers[..level].SelectMany(layer => layer)];
        var root = Path.Combine(Source(), folder);
        var files = Directory.Exists(root) ? Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories) : [];
        var wrong = from file in files
                    from Match use in Use().Matches(File.ReadAllText(file))
                    let used = use.Groups[1].Value
                    where Layers.Any(layer => layer.Contains(used)) && !allowed.Contains(used)
                    select $"{Path.GetFileName(file)} uses {used}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_folder_has_its_place()
    {
        var known = Layers.SelectMany(layer => layer).ToHashSet();
        Assert.All(Directory.GetDirectories(Source()).Select(Path.GetFileName), name => Assert.Contains(name!, known));
    }

    [Fact]
    public void The_library_knows_no_console() => Assert.All(
        Directory.GetFiles(Source(), "*.cs", SearchOption.AllDirectories), file => Assert.DoesNotContain("Console.", File.ReadAllText(file)));

    private static string Source([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "src", "PetBreeds.Core"));

    [GeneratedRegex(@"\b(?:using\s+(?:static\s+)?PetBreeds|PetBreeds)\.([A-Z]\w+)|(?<=[\s(<])(Catalog|Pixels|Batches|Models|Training|Evaluation|Reports)\.(?=[A-Z])")]
    private static partial Regex Use();
}
