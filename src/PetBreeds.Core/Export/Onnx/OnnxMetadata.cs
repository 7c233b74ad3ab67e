using System.Globalization;
using PetBreeds.Models;
using PetBreeds.Models.Onnx;

namespace PetBreeds.Export.Onnx;

/// <summary>What an ONNX file says of itself: Ultralytics' keys, in the form its programs read, and the whole card.</summary>
internal static class OnnxMetadata
{
    /// <summary>Keys and texts.</summary>
    public static IReadOnlyDictionary<string, string> Of(ModelCard card)
    {
        var size = card.Preprocessing.Size.ToString(CultureInfo.InvariantCulture);
        var classes = card.Classes.Count.ToString(CultureInfo.InvariantCulture);
        return new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["description"] = $"{card.Architecture.Name} that tells {classes} classes apart",
            ["author"] = card.Provenance.GetValueOrDefault("program") ?? "petbreeds",
            ["task"] = "classify",
            ["batch"] = "1",
            ["channels"] = "3",
            ["imgsz"] = $"[{size}, {size}]",
            ["names"] = Names(card.Classes),
            [OnnxNames.Card] = CardText.Write(card),
        };
    }

    /// <summary>A dictionary in Python's notation: {0: 'Abyssinian', 1: 'Bengal'}.</summary>
    internal static string Names(IReadOnlyList<string> classes) =>
        $"{{{string.Join(", ", classes.Select((name, i) => $"{i.ToString(CultureInfo.InvariantCulture)}: '{Escaped(name)}'"))}}}";

    private static string Escaped(string name) =>
        name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
}
