using PetBreeds.Reports.Plots;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Steps;

namespace PetBreeds.Reports.Html;

/// <summary>How training went: losses, error, schedule, and the learning-rate finder.</summary>
internal static class CurvesSection
{
    public static Markup Draw(ReportData data) => data.History.Count == 0 && data.Steps.Count == 0 ? Markup.None : Markup.Of($"""
        <section id="training"><h2>How training went</h2>
        <p class="lead">In each epoch the network sees every training photo once. Loss measures how wrong and how confident it is;
        it should fall and then level off. Training loss is measured on rotated, cropped and partly hidden photos, so it may be higher than
        validation loss; the network never learns from validation photos.{FrozenNote(data)}{SolvedNote(data)}</p>
        <div class="charts">{Loss(data)}{Error(data.History)}{Schedule(data)}{Finder(data)}</div>
        {Epochs(data)}</section>

        """);

    private static Markup FrozenNote(ReportData data) => Markup.If(Frozen(data) is not null, () =>
        Markup.Of($" In the shaded epochs only the new last layers (the head) are trained; the pretrained ones (the body) are frozen."));

    private static Markup SolvedNote(ReportData data) => Markup.If(data.History is [{ IsSolved: true }, ..], () =>
        Markup.Of($" Epoch 0 is the head solved on the pretrained network's features, before fine-tuning; "
            + $"its training loss is measured on training photos held out in turn."));

    private static (double, string)? Frozen(ReportData data) =>
        data.History.Count(epoch => epoch is { Frozen: true, IsSolved: false }) is > 0 and var frozen && frozen < data.History[^1].Epoch
            ? (frozen, "body frozen") : null;

    private static Markup Loss(ReportData data)
    {
        var smoothed = CurvesPlot.Smooth(data.Steps, data.History);
        var valid = Points(data.History, epoch => epoch.ValidLoss);
        ChartLine training = data.Steps.Count > 0
            ? new("training", "c1", [.. data.Steps.Zip(smoothed, (step, loss) => (step.Epoch, loss))])
            : new("training", "c1", Points(data.History.Where(epoch => !epoch.IsSolved), epoch => epoch.TrainLoss), Dots: true);
        var highest = training.Points.Concat(valid).Select(p => p.Item2).Where(double.IsFinite).DefaultIfEmpty(1).Max();
        return new SvgChart("Loss", "epoch", [training, new("validation", "c2", valid, Dots: true)])
        {
            Counts = true,
            Shade = Frozen(data),
            YRange = (0, 1.05 * highest),
        }.Draw();
    }

    private static (double X, double Y)[] Points(IEnumerable<EpochResult> epochs, Func<EpochResult, double> value) =>
        [.. epochs.Select(epoch => ((double)epoch.Epoch, value(epoch)))];

    private static Markup Error(IReadOnlyList<EpochResult> history) => history.Count == 0 ? Markup.None :
        new SvgChart("Validation error", "epoch", [new("error", "c2", Points(history, epoch => epoch.Error), Dots: true)])
        {
            Counts = true,
            FromZero = true,
            YFormat = "0%",
        }.Draw();

    private static Markup Schedule(ReportData data)
    {
        if (data.Steps.Count == 0)
            return Markup.None;
        ChartLine Line(string name, string color, Func<StepResult, double> value) =>
            new(name, color, [.. data.Steps.Select(step => (step.Epoch, value(step)))]);
        var rate = new SvgChart("Learning rate (of the head)", "epoch", [Line("rate", "c4", step => step.LearningRate)])
        {
            Counts = true,
            Shade = Frozen(data),
            FromZero = true,
            YFormat = "0.######",
        };
        var momentum = new SvgChart("Momentum", "epoch", [Line("momentum", "c3", step => step.Momentum)])
        {
            Counts = true,
            Shade = Frozen(data),
        };
        return Markup.Join([rate.Draw(), momentum.Draw()]);
    }

    private static Markup Finder(ReportData data)
    {
        var points = data.Finder.Where(p => p.Rate > 0).ToArray();
        if (points.Length == 0)
            return Markup.None;
        var used = data.Steps.Count > 0 ? data.Steps.Max(step => step.LearningRate) : double.NaN;
        ChartLine loss = new("loss, smoothed", "c1", [.. points.Select(p => (Math.Log10(p.Rate), p.Loss))]);
        return new SvgChart("Learning-rate finder", "learning rate", [loss])
        {
            LogX = true,
            YRange = LrFindPlot.LossRange([.. points.Select(p => p.Loss)]),
            Marks = used > 0 ? [(Math.Log10(used), "highest used")] : [],
        }.Draw();
    }

    private static string Phase(EpochResult epoch, TrainOptions config) => epoch switch
    {
        { IsSolved: true } => "head solved",
        { Frozen: true } => "body frozen",
        _ when config.Layers == TrainedLayers.Late => "late layers trained",
        _ => "all layers trained",
    };

    private static Markup Epochs(ReportData data) => data.History.Count == 0 ? Markup.None : Markup.Of($"""
        <div class="scroll"><table><thead><tr><th>epoch</th><th class="wide">phase</th><th class="n">training loss</th>
        <th class="n">validation loss</th><th class="n">error</th><th class="n">time</th>
        <th class="n wide">photos/s</th></tr></thead><tbody>
        {Markup.Join(data.History.Select(epoch => Row(epoch, data.Config)))}
        </tbody></table></div>
        """);

    private static Markup Row(EpochResult epoch, TrainOptions config) => Markup.Of($"""
        <tr><td>{epoch.Epoch}</td><td class="wide">{Phase(epoch, config)}</td><td class="n">{epoch.TrainLoss:0.0000}</td>
        <td class="n">{epoch.ValidLoss:0.0000}</td><td class="n">{Wording.Share(epoch.Error)}</td>
        <td class="n">{Wording.Duration(epoch.Seconds)}</td><td class="n wide">{epoch.ImagesPerSecond:0.0}</td></tr>

        """);
}
