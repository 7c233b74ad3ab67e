using PetBreeds.Evaluation;

namespace PetBreeds.Reports.Html;

/// <summary>The metrics of each class, hardest first.</summary>
internal static class ClassesSection
{
    public static Markup Draw(ReportData data)
    {
        var confused = data.Result.MostConfused.GroupBy(pair => pair.Actual).ToDictionary(group => group.Key, group => group.First());
        var rows = data.Result.PerClass.Index().OrderBy(row => double.IsNaN(row.Item.Recall) ? 2 : row.Item.Recall)
            .ThenBy(row => row.Item.Name, StringComparer.Ordinal);
        return Markup.Of($"""
            <section id="classes"><h2>Class by class</h2>
            <p class="lead">Recall: share of the class's photos that were found.
            Precision: share of the predictions of this class that are right.
            F1: their harmonic mean, dominated by the lower of the two. Hardest classes first.</p>
            <div class="scroll"><table><thead><tr><th>class</th><th class="n">photos</th><th>recall</th><th class="n">precision</th>
            <th class="n wide">F1</th><th class="wide">most often mistaken for</th></tr></thead><tbody>
            {Markup.Join(rows.Select(row => Row(row.Item, Mistaken(data, confused.GetValueOrDefault(row.Index)))))}
            </tbody></table></div></section>

            """);
    }

    private static string Mistaken(ReportData data, ConfusedPair? pair) =>
        pair is null ? "" : $"{Wording.Class(data.ClassName(pair.Predicted))} ({pair.Count})";

    private static Markup Row(ClassResult row, string mistaken) => Markup.Of($"""
        <tr><td>{Wording.Class(row.Name)}</td><td class="n">{row.Support}</td><td>{Bar(row.Recall)}</td>
        <td class="n">{Wording.Share(row.Precision)}</td><td class="n wide">{Wording.Share(row.F1)}</td>
        <td class="wide soft">{mistaken}</td></tr>

        """);

    private static Markup Bar(double share) => double.IsNaN(share) ? Markup.Of($"–") :
        Markup.Of($"""<span class="bar"><i style="--w:{100 * share:0.#}%"></i><em>{Wording.Share(share)}</em></span>""");
}
