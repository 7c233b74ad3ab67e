using PetBreeds.Catalog;

namespace PetBreeds.Reports.Html;

/// <summary>The report of one run.</summary>
internal static class RunPage
{
    /// <summary>Writes it.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write(string path, ReportData data) =>
        Page.Write(path, $"{100 * data.Result.Accuracy:0.0}% · {data.Name}", Body(data));

    internal static Markup Body(ReportData data) => Markup.Of($"""
        <header><h1>{data.Name}{(data.Config.EffectiveData == DataFolder.Sample ? " – synthetic sample photos" : "")}</h1>
        <p class="soft">{data.Config.Architecture.Name}, {data.Result.Classes.Count} classes{Started(data)}</p>
        <nav>{Link("training", "Training", data.History.Count > 0)}{Link("matrix", "Confusion", true)}
        {Link("confused", "Mistakes", data.Result.MostConfused.Count > 0)}{Link("losses", "Hardest photos", true)}
        {Link("classes", "Classes", true)}{Link("certainty", "Confidence", true)}
        {Link("data", "Data", true)}{Link("settings", "Settings", true)}</nav></header>
        <main>{SummarySection.Draw(data)}{CurvesSection.Draw(data)}{ConfusionSection.Draw(data)}
        {PhotosSection.Confused(data)}{PhotosSection.TopLosses(data)}
        {ClassesSection.Draw(data)}{CertaintySection.Draw(data)}{DataSection.Draw(data)}{SettingsSection.Draw(data)}</main>
        <footer>Written by petbreeds; this file works offline. Machine-readable numbers are next to it: evaluation.json, predictions.csv,
        history.csv. Metrics follow scikit-learn's definitions; interval: Wilson 1927; calibration: Guo et al. 2017, 15 bins;
        Grad-CAM: Selvaraju et al. 2017.</footer>

        """);

    private static string Started(ReportData data) => data.Environment.FirstOrDefault(fact => fact.Name == "start_utc").Value is { } start
        ? $", started {start.Replace('T', ' ').TrimEnd('Z')} UTC" : "";

    private static Markup Link(string id, string text, bool there) => Markup.If(there, () => Markup.Of($"<a href=\"#{id}\">{text}</a>"));
}
