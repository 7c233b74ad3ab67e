using System.Text.Json;

namespace PetBreeds.Tests.Evaluation;

/// <summary>Numbers of scikit-learn 1.2.1 and scipy 1.10.1, written by Fixtures/evaluation/make_metrics.py.</summary>
internal static class EvaluationFixture
{
    public static JsonElement Json { get; } =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "evaluation", "metrics.json"))).RootElement;

    public static JsonElement Named(string list, string name) =>
        Json.GetProperty(list).EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == name);

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).GetDouble();

    public static double[] Numbers(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    public static double[][] Rows(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetDouble()).ToArray())];
}
