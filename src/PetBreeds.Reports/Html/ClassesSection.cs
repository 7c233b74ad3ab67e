namespace PetBreeds.Reports.Html;

/// <summary>Each class's numbers, the hardest first.</summary>
internal static class ClassesSection
{
    public static Markup Draw(ReportData data)
    {
        var confused = data.Result.MostConfused.GroupBy(pair => pair.Actual).ToDictionary(group => group.Key, group => group.First());
        var rows = data.Result.PerClass.Index().OrderBy(row => double.IsNaN(row.Item.Recall) ? 2 : row.Item.Recall)
            .ThenBy(row => row.Item.Name, StringComparer.Ordinal);
        return Markup.Of($"""
            <section id="classes"><h2>Class by class</h2>
            <p class="lead">Recall: share of the class's photos that were found. Precision: share of the answers with this name that are right. F1 is their harmonic mean, which the lower of the two dominates. Hardest classes first.</p>
            <div class="scroll"><table><thead><tr><th>class</th><th class="n">photos</th><th>recall</th><th class="n">precision</th><th class="n wide">F1</th><th class="wide">most often taken for</th></tr></thead><tbody>
            {Markup.Join(rows.Select(row => Row(row.Item, confused.TryGetValue(row.Index, out var pair) ? $"{Wording.Class(data.ClassName(pair.Predicted))} ({pair.Count})" : "")))}
            </tbody></table></div></section>

            """);
    }

    private static Markup Row(Evaluation.ClassResult row, string taken) => Markup.Of($"""
        <tr><td>{Wording.Class(row.Name)}</td><td class="n">{row.Support}</td><td>{Bar(row.Recall)}</td><td class="n">{Wording.Share(row.Precision)}</td><td class="n wide">{Wording.Share(row.F1)}</td><td class="wide soft">{taken}</td></tr>

        """);

    private static Markup Bar(double share) => double.IsNaN(share) ? Markup.Of($"–") :
        Markup.Of($"""<span class="bar"><i style="--w:{100 * share:0.#}%"></i><em>{Wording.Share(share)}</em></span>""");
}
