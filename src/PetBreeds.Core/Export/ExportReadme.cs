using System.Globalization;
using PetBreeds.Models;
using PetBreeds.Runtime;

namespace PetBreeds.Export;

/// <summary>The README.md of an export.</summary>
internal static class ExportReadme
{
    /// <summary>Fills in the format's template.</summary>
    public static string Of(
        ExportFormat format, ModelCard card, NumberFormat numbers = NumberFormat.Float32, IReadOnlyList<Parity>? checks = null)
    {
        var text = Template($"{format.Name()}.md");
        foreach (var (hole, value) in Values(card).Append(("numbers", Said(numbers))).Append(("check", Said(checks ?? []))))
            text = text.Replace($"{{{{{hole}}}}}", value, StringComparison.Ordinal);
        return text;
    }

    /// <summary>A text file that is part of the library.</summary>
    internal static string Template(string name)
    {
        using var stream = typeof(ExportReadme).Assembly.GetManifestResourceStream($"PetBreeds.Export.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string Said(NumberFormat numbers) => numbers switch
    {
        NumberFormat.Float16 => "\n\nThe network's weights and arithmetic are float16; inputs, outputs and preprocessing are not.",
        NumberFormat.Int8 => "\n\nThe network computes in integers where the runtime can (QuantizeLinear and DequantizeLinear around each "
            + "layer): weights are int8, activations uint8, with ranges from training photos. Inputs, outputs and preprocessing are as in "
            + "float32. On x64 processors without VNNI, set ONNX Runtime's session option `session.x64quantprecision` to 1: sums of "
            + "products overflow there otherwise.",
        _ => "",
    };

    private static string Said(IReadOnlyList<Parity> checks) => checks.Count == 0
        ? "It was not compared with the model that it was made from."
        : "Compared with the model that it was made from, on validation photos:\n\n"
            + string.Join('\n', checks.Select(check => $"- `{Path.GetFileName(check.File)}`: {check.Describe()}"));

    private static IEnumerable<(string Hole, string Value)> Values(ModelCard card)
    {
        string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
        var (normalization, facts) = (card.Preprocessing.Normalization, card.Provenance);
        yield return ("arch", card.Architecture.Name);
        yield return ("classes", Number(card.Classes.Count));
        yield return ("first", card.Classes[0]);
        yield return ("last", card.Classes[^1]);
        yield return ("presize", Number(card.Preprocessing.Presize));
        yield return ("size", Number(card.Preprocessing.Size));
        yield return ("mean", string.Join(", ", normalization.Mean.Select(value => Number(value))));
        yield return ("std", string.Join(", ", normalization.Std.Select(value => Number(value))));
        yield return ("temperature", Number(card.Calibration?.Temperature ?? 1));
        yield return ("activation", card.IndependentClasses ? "sigmoid" : "softmax");
        yield return ("call", card.IndependentClasses ? "sigmoid()" : "softmax(-1)");
        yield return ("meaning", card.IndependentClasses
            ? "Each class was asked for on its own (sigmoids): all probabilities may be low, and several may be high."
            : "The probabilities sum to 1 (softmax), also for a photo of something else.");
        yield return ("program", facts.GetValueOrDefault("program") ?? "petbreeds");
        yield return ("data", facts.GetValueOrDefault("data") ?? "unknown data");
        yield return ("error", facts.GetValueOrDefault("valid_error") is { } error
            ? $" Its error on the validation photos was {error}." : "");
        yield return ("licence", Licence(facts));
    }

    /// <summary>What is known of the rights in the weights that training began with.</summary>
    internal static string Licence(IReadOnlyDictionary<string, string> facts)
    {
        var name = facts.GetValueOrDefault("starting_weights") ?? "unknown";
        var hash = facts.GetValueOrDefault("starting_weights_sha256") is { Length: 64 } sha ? $" (SHA-256 {sha})" : "";
        return name switch
        {
            "none" => "Training began with random weights.",
            "unknown" => "It is not known what weights training began with: find out before you pass this model on.",
            _ when InitialWeights.Parse(name).IsListed =>
                $"Training began with torchvision's weights `{name}`{hash}. torchvision's licence is BSD-3-Clause; "
                + "the weights were learned from ImageNet, whose photos are for non-commercial research. Whether that concerns a model "
                + "made from them is yours to judge.",
            _ => $"Training began with the weights `{name.Split('/', '\\')[^1]}`{hash}. Their licence concerns this model, too: "
                + "look it up before you pass the model on.",
        };
    }
}
