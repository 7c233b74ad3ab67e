using PetBreeds.Evaluation;
using PetBreeds.Evaluation.MultiLabel;

namespace PetBreeds.Reports.Html;

/// <summary>The report of a multi-label run.</summary>
internal static class LabelPage
{
    /// <summary>Writes it.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write(string path, ReportData data, LabelEvaluation measured) =>
        Page.Write(path, $"{100 * measured.Accuracy:0.0}% · {data.Name}", Body(data, measured));

    internal static Markup Body(ReportData data, LabelEvaluation measured) => Markup.Of($"""
        <header><h1>{data.Name}</h1>
        <p class="soft">{data.Config.Architecture.Name}, {data.Card.Classes.Count} classes,
        of which a photo may have several or none</p></header>
        <main>{Summary(measured)}{CurvesSection.Draw(data)}{Classes(measured)}{DataSection.Draw(data)}{SettingsSection.Draw(data)}</main>
        <footer>Written by petbreeds; this file works offline.
        Metrics follow scikit-learn's definitions at a probability of {LabelEvaluation.Threshold}.</footer>

        """);

    private static Markup Summary(LabelEvaluation measured) => Markup.Of($"""
        <div class="hero"><div class="headline">{100 * measured.Accuracy:0.0}<small>%</small></div>
        <p><b>of the answers on {Wording.Photos(measured.Photos)} it was not trained on were right</b>,
        where each class of each photo is one yes-or-no answer.<br>
        <span class="soft">Error {Wording.Share(measured.Error)}, 95% interval {Wording.Share(measured.ErrorInterval.Low)} to
        {Wording.Share(measured.ErrorInterval.High)}. All labels right: {Wording.Share(measured.ExactMatch)} of the photos.
        F1: {measured.MacroF1:0.000} (mean over classes), {measured.MicroF1:0.000} (all answers).
        Log loss {measured.LogLoss:0.000}.</span></p></div>
        <p class="soft">There is no confusion matrix: it needs exactly one label per photo,
        and here a photo may have several labels or none.</p>

        """);

    private static Markup Classes(LabelEvaluation measured) => Markup.Of($"""
        <section id="classes"><h2>Class by class</h2>
        <p class="lead">Recall: share of the photos with the class on which it was found.
        Precision: share of the photos it was found on that have it. Lowest F1 first.</p>
        <div class="scroll"><table><thead><tr><th>class</th><th class="n">photos</th><th class="n">recall</th><th class="n">precision</th>
        <th class="n">F1</th></tr></thead><tbody>
        {Markup.Join(Sorted(measured.PerClass).Select(Row))}
        </tbody></table></div></section>

        """);

    private static IEnumerable<ClassResult> Sorted(IEnumerable<ClassResult> classes) =>
        classes.OrderBy(row => double.IsNaN(row.F1) ? 2 : row.F1).ThenBy(row => row.Name, StringComparer.Ordinal);

    private static Markup Row(ClassResult row) => Markup.Of($"""
        <tr><td>{Wording.Class(row.Name)}</td><td class="n">{row.Support}</td><td class="n">{Wording.Share(row.Recall)}</td>
        <td class="n">{Wording.Share(row.Precision)}</td><td class="n">{Wording.Share(row.F1)}</td></tr>

        """);
}
