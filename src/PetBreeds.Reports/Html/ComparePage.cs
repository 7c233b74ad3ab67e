using PetBreeds.Evaluation;
using PetBreeds.Runs;
using PetBreeds.Training.Steps;

namespace PetBreeds.Reports.Html;

/// <summary>Runs side by side.</summary>
internal static class ComparePage
{
    private const int ClassesShown = 12;

    private static readonly (string Name, bool LowIsGood, Func<EvaluationSummary, double> Get, Func<double, string> Say)[] Metrics =
    [
        ("error", true, e => e.Error, value => Wording.Share(value)),
        ("top-5 accuracy", false, e => e.Top5, value => Wording.Share(value)),
        ("mean per class", false, e => e.MeanClassAccuracy, value => Wording.Share(value)),
        ("macro F1", false, e => e.MacroF1, value => $"{value:0.000}"),
        ("log loss", true, e => e.LogLoss, value => $"{value:0.0000}"),
        ("calibration error", true, e => e.CalibrationError, value => Wording.Share(value)),
    ];

    public static void Write(string path, RunComparison comparison) => Page.Write(path, "Runs compared", Body(comparison));

    internal static Markup Body(RunComparison comparison) => Markup.Of($"""
        <header><h1>{comparison.Runs.Count} runs compared</h1></header><main>
        <section style="border:0;margin-top:0"><h2>Which is better?</h2>
        {Markup.Join(comparison.Pairs.Select((pair, i) => Verdict(comparison.Runs[0], comparison.Runs[i + 1], pair)))}
        {Numbers(comparison)}</section>
        <section><h2>Epoch by epoch</h2><div class="charts">{Chart(comparison, "Validation error", epoch => epoch.Error, "0%")}
        {Chart(comparison, "Validation loss", epoch => epoch.ValidLoss, "0.##")}</div></section>
        {Classes(comparison)}{Settings(comparison)}</main>
        <footer>Written by petbreeds; this file works offline. Intervals: Wilson 1927, 95%. Paired test: McNemar 1947, exact.</footer>

        """);

    private static Markup Verdict(ComparedRun first, ComparedRun second, PairedComparison pair) => Markup.Of($"""
        <p><b>{first.Run.Name}</b> (first) and <b>{second.Run.Name}</b> (second): {RunComparison.Verdict(pair)}</p>

        """);

    private static Markup Numbers(RunComparison comparison) => Markup.Of($"""
        <div class="scroll"><table><thead><tr><th></th>{Heads(comparison)}</tr></thead><tbody>
        {Markup.Join(Metrics.Select(metric => Metric(comparison, metric.Name, metric.LowIsGood, metric.Get, metric.Say)))}
        <tr><td class="k">95% interval of the error</td>{Cells(comparison, run => Interval(run.Evaluation.ErrorInterval))}</tr>
        <tr><td class="k">photos evaluated</td>{Cells(comparison, run => $"{run.Evaluation.Photos}")}</tr>
        <tr><td class="k">training time</td>{Cells(comparison, run => Wording.Duration(run.History.Sum(epoch => epoch.Seconds)))}</tr>
        </tbody></table></div>
        """);

    private static string Interval(IReadOnlyList<double> interval) => $"{Wording.Share(interval[0])} to {Wording.Share(interval[1])}";

    private static Markup Metric(
        RunComparison comparison, string name, bool lowIsGood, Func<EvaluationSummary, double> get, Func<double, string> say)
    {
        var values = comparison.Runs.Select(run => get(run.Evaluation)).ToArray();
        var best = lowIsGood ? values.Min() : values.Max();
        var cells = values.Select(value => Markup.Of($"""<td class="n {(value == best ? "better" : "")}">{say(value)}</td>"""));
        return Markup.Of($"""<tr><td class="k">{name}</td>{Markup.Join(cells)}</tr>""");
    }

    private static Markup Chart(RunComparison comparison, string title, Func<EpochResult, double> get, string format) =>
        new SvgChart(title, "epoch", [.. comparison.Runs.Select((run, i) =>
            new ChartLine(run.Run.Name, $"c{i % 4 + 1}", [.. run.History.Select(epoch => ((double)epoch.Epoch, get(epoch)))], Dots: true))])
        {
            Counts = true,
            FromZero = true,
            YFormat = format,
        }.Draw();

    /// <summary>The classes whose recall differs most between the first and the last run.</summary>
    private static Markup Classes(RunComparison comparison)
    {
        var recalls = comparison.Runs.Select(run => run.Evaluation.Classes.DistinctBy(row => row.Name)
            .ToDictionary(row => row.Name, row => row.Recall)).ToArray();
        var rows = recalls[0].Where(row => row.Value is not null && recalls[^1].GetValueOrDefault(row.Key) is not null)
            .Select(row => (Name: row.Key, Change: recalls[^1][row.Key]!.Value - row.Value!.Value))
            .Where(row => row.Change != 0).OrderByDescending(row => Math.Abs(row.Change)).ThenBy(row => row.Name, StringComparer.Ordinal)
            .Take(ClassesShown).ToArray();
        return rows.Length == 0 ? Markup.None : Markup.Of($"""
            <section><h2>Classes that changed most</h2><p class="lead">Recall: share of the class's photos that were found.</p>
            <div class="scroll"><table><thead><tr><th>class</th>{Heads(comparison)}<th class="n">change</th></tr></thead><tbody>
            {Markup.Join(rows.Select(row => Class(row.Name, row.Change, recalls.Select(recall => recall.GetValueOrDefault(row.Name)))))}
            </tbody></table></div></section>

            """);
    }

    private static Markup Class(string name, double change, IEnumerable<double?> recalls) => Markup.Of($"""
        <tr><td>{Wording.Class(name)}</td>{Markup.Join(recalls.Select(recall => Cell(Wording.Share(recall))))}
        <td class="n {(change > 0 ? "better" : "worse")}">{100 * change:+0.0;−0.0} points</td></tr>

        """);

    private static Markup Settings(RunComparison comparison) => comparison.Differences.Count == 0
        ? Markup.Of($"<section><h2>Settings</h2><p>All settings are the same.</p></section>")
        : Markup.Of($"""
            <section><h2>Settings that differ</h2>
            <div class="scroll"><table><thead><tr><th>setting</th>{Heads(comparison)}</tr></thead><tbody>
            {Markup.Join(comparison.Differences.Select(row => Setting(row.Key, row.Values)))}
            </tbody></table></div></section>

            """);

    private static Markup Setting(string key, IEnumerable<string> values) =>
        Markup.Of($"""<tr><td class="k">{key}</td>{Markup.Join(values.Select(Cell))}</tr>""");

    private static Markup Heads(RunComparison comparison) =>
        Markup.Join(comparison.Runs.Select(run => Markup.Of($"""<th class="n">{run.Run.Name}</th>""")));

    private static Markup Cells(RunComparison comparison, Func<ComparedRun, string> say) =>
        Markup.Join(comparison.Runs.Select(run => Cell(say(run))));

    private static Markup Cell(string text) => Markup.Of($"""<td class="n">{text}</td>""");
}
