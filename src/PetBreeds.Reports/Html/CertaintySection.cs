using PetBreeds.Evaluation;

namespace PetBreeds.Reports.Html;

/// <summary>How reliable the probabilities are, and what rejecting answers below a threshold would do.</summary>
internal static class CertaintySection
{
    private const int W = 450, H = 300, Left = 46, Top = 10, Side = 380, Tall = 246;

    public static Markup Draw(ReportData data) => Markup.Of($"""
        <section id="certainty"><h2>Can its confidence be trusted?</h2>
        <p class="lead">Of the answers given with 80% confidence, four in five should be right.
        Bars that end below the line mean overconfidence, above it underconfidence.{Fitted(data)}</p>
        <div class="charts"><figure class="chart"><figcaption><b>Accuracy by confidence</b></figcaption>
        {Diagram(data.Result.Calibration)}</figure>
        <div><h3 style="margin-top:0">Answering only when confident</h3>
        <p class="soft">Below the threshold, <code>petbreeds predict --reject-at</code> answers "none of these",
        and for photos unlike the validation photos, of which 1% count as such.
        Higher thresholds leave more photos unanswered but make fewer mistakes.</p>
        {Table(data)}</div></div></section>

        """);

    private static string Fitted(ReportData data) => data.Temperature == 1 ? "" : data.Temperature > 1
        ? $" The network itself was overconfident: its logits are divided by {data.Temperature:0.00} (fitted on these photos), "
            + $"which changes the mean distance from {100 * data.Measured!.RawCalibration.Error:0.0} to "
            + $"{100 * data.Result.Calibration.Error:0.0} points."
        : $" The network itself was underconfident: its logits are divided by {data.Temperature:0.00} (fitted on these photos), "
            + $"for a log loss of {data.Result.LogLoss:0.000} instead of {data.Measured!.RawLogLoss:0.000}.";

    private static Markup Diagram(CalibrationBins calibration)
    {
        static double X(double p) => Left + p * Side;
        static double Y(double p) => Top + (1 - p) * Tall;
        var most = Math.Max(1, calibration.Bins.Max(bin => bin.Photos));
        var bars = calibration.Bins.Where(bin => bin.Photos > 0).Select(bin => Markup.Of($"""
            <rect style="fill:var(--right)" fill-opacity="{.25 + .75 * Math.Sqrt((double)bin.Photos / most):0.##}"
            x="{X(bin.Low) + 1:0.#}" width="{X(bin.High) - X(bin.Low) - 2:0.#}"
            y="{Y(bin.Accuracy):0.#}" height="{Math.Max(1, Y(0) - Y(bin.Accuracy)):0.#}"><title>{Said(bin)}</title></rect>

            """));
        var ticks = Enumerable.Range(0, 6).Select(i => i / 5.0).Select(p => Markup.Of($"""
            <line class="grid" x1="{Left}" x2="{Left + Side}" y1="{Y(p):0.#}" y2="{Y(p):0.#}"/>
            <text class="axis" text-anchor="end" x="{Left - 6}" y="{Y(p) + 4:0.#}">{p:0%}</text>
            <text class="axis" text-anchor="middle" x="{X(p):0.#}" y="{Y(0) + 16:0.#}">{p:0%}</text>
            """));
        return Markup.Of($"""
            <svg viewBox="0 0 {W} {H}" role="img" aria-label="calibration: off by {100 * calibration.Error:0.0} points on average">
            {Markup.Join(ticks)}{Markup.Join(bars)}
            <line x1="{X(0)}" y1="{Y(0)}" x2="{X(1)}" y2="{Y(1)}" style="stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 4"/>
            <text class="axis" text-anchor="middle" x="{X(.5)}" y="{H - 4}">confidence (darker bars: more photos)</text></svg>
            """);
    }

    private static string Said(CalibrationBin bin) => $"confidence {bin.Low:0%} to {bin.High:0%}: {Wording.Photos(bin.Photos)}, "
        + $"{Wording.Share(bin.Accuracy)} right, mean confidence {Wording.Share(bin.Confidence)}";

    private static Markup Table(ReportData data) => Markup.Of($"""
        <div class="scroll"><table>
        <thead><tr><th>answers</th><th class="n">confidence at least</th><th class="n">wrong answers</th></tr></thead><tbody>
        {Markup.Join(RejectionRow.Table(data.Result, null, null).Select(Row))}
        </tbody></table></div>
        """);

    private static Markup Row(RejectionRow row) => Markup.Of($"""
        <tr><td>{Wording.Share(row.Kept)} of photos</td><td class="n">{Wording.Probability(row.Threshold)}</td>
        <td class="n">{Wording.Share(row.ErrorOfKept)}</td></tr>

        """);
}
