using System.Text.RegularExpressions;
using System.Xml;
using PetBreeds.Catalog;
using PetBreeds.Evaluation;
using PetBreeds.Reports.Html;
using PetBreeds.Runs;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Steps;
using Xunit;

namespace PetBreeds.Tests.Reports.Html;

public sealed partial class RunPageTests : IDisposable
{
    /// <summary>An attribute that runs something; looked for where quoted values are taken out.</summary>
    private const string Handler = @"<[^>]*\son\w+";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_from_outside_do_no_harm()
    {
        var page = Write(ReportFixture.Data());
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page);
        // Every tag and attribute, whatever the names hold, is one the pages are written with.
        Assert.Empty(Tags().Matches(page).Select(match => match.Groups[1].Value.ToLowerInvariant()).Distinct().Except(
            ["html", "head", "meta", "title", "style", "body", "header", "main", "footer", "nav", "section", "div", "p", "b", "i", "em",
                "br", "span", "small", "h1", "h2", "h3",
            "a", "ul", "li", "code", "figure", "figcaption", "img", "input", "label", "table", "thead", "tbody", "tr", "th", "td",
            "svg", "path", "rect", "line", "circle", "text"]));
        Assert.DoesNotMatch(Handler, Values().Replace(page, ""));
    }

    [Fact]
    public void The_page_is_well_formed_and_complete()
    {
        var page = Write(ReportFixture.Data());
        var names = Read(page).Select(node => node.Id).Where(id => id.Length > 0).ToArray();
        Assert.Equal(names.Distinct(), names);
        foreach (var section in new[] { "training", "matrix", "confused", "losses", "classes", "certainty", "data", "settings" })
        {
            Assert.Contains(section, names);
            Assert.Contains($"href=\"#{section}\"", page);
        }
    }

    [Fact]
    public void Nothing_is_fetched_from_elsewhere()
    {
        var page = Write(ReportFixture.Data());
        Assert.DoesNotMatch(@"(src|href|url\()\s*=?\s*[""']?(https?:|//|file:)", page);
        Assert.Contains("default-src 'none'", page);
        Assert.Contains("prefers-color-scheme: dark", page);
        Assert.Contains("name=\"viewport\"", page);
        Assert.Contains("@media print", page);
        Assert.All(Sources().Matches(page), match => Assert.StartsWith("data:image/jpeg;base64,", match.Groups[1].Value));
    }

    [Fact]
    public void Its_numbers_are_the_measurements()
    {
        var data = ReportFixture.Data();
        var page = Write(data);
        Assert.Contains($"<div class=\"headline\">{100 * data.Result.Accuracy:0.0}<small>%", page);
        Assert.Contains($"{data.Result.Photos - data.Result.Right} were classified wrongly", page);
        var matrix = Regex.Matches(page, @"number"" x=""[\d.]+"" y=""[\d.]+"">(\d+)<").Select(match => long.Parse(match.Groups[1].Value));
        Assert.Equal(data.Result.Counts.Cast<long>().Where(count => count > 0), matrix);
        foreach (var photo in data.Result.TopLosses)
            Assert.Contains($"loss {photo.Loss:0.00} · ", page);
    }

    [Fact]
    public void In_short_it_says_what_to_do_next_and_what_sure_answers_are_worth()
    {
        var collector = new EvaluationCollector(["a", "b"]);
        for (var i = 0; i < 20; i++)
            collector.Add(new PhotoItem($"/{i}", $"../../{i}", i < 12 ? 0 : 1, Split.Valid), [.9, .1]); // 12 of 20 are right
        var data = ReportFixture.Data() with { Measured = new Measurement(collector.Result(), 1, new CalibrationBins(), 0) };
        var page = Write(data);
        Assert.Contains($"It was trained on {30 * data.Data!.Classes.Count} photos.", page);
        Assert.Contains("It was still improving in the last epoch", page);
        Assert.Contains("off by 30.0 points on average; of the answers above 80% confidence (20 photos, 90.0% on average), 60.0% "
            + "are right", page);
        Assert.DoesNotContain("../../", page);
        Assert.DoesNotContain("still improving", Write(data with { History = [.. data.History, data.History[^1] with { Epoch = 5 }] }));
    }

    [Fact]
    public void A_run_with_nothing_but_a_model_has_a_report()
    {
        var full = ReportFixture.Data();
        var page = Write(new ReportData { Name = "bare", Config = full.Config, Card = full.Card, Measured = full.Measured });
        _ = Read(page).ToArray();
        Assert.DoesNotContain("id=\"training\"", page);
        Assert.DoesNotContain("NaN", page);
    }

    [Fact]
    public void A_perfect_model_has_a_report()
    {
        var collector = new EvaluationCollector(["a", "b", "never"]);
        for (var i = 0; i < 4; i++)
            collector.Add(new PhotoItem($"{i}", $"{i}", i % 2, Split.Valid), i % 2 == 0 ? [1, 0, 0] : [0, 1, 0]);
        var page = Write(ReportFixture.Data() with
        {
            Measured = new Measurement(collector.Result(), 0,
            collector.Result().Calibration, 0)
        });
        Assert.Contains("made no mistake", page);
        Assert.DoesNotContain("id=\"confused\"", page);
        Assert.DoesNotContain("NaN", page);
        Assert.DoesNotContain("∞", page);
        _ = Read(page).ToArray();
    }

    [Fact]
    public void Many_classes_get_small_cells_and_too_many_no_matrix()
    {
        Assert.Contains("width=\"22\" height=\"22\"", Write(ReportFixture.Data(classes: 37, photos: 400)));
        Assert.Contains("too many for a matrix", Write(ReportFixture.Data(classes: 121, photos: 400)));
    }

    [Fact]
    public void A_comparison_escapes_too_and_says_who_is_better()
    {
        var run = new ComparedRun(new RunFolder($"/runs/{ReportFixture.Script}"), ReportFixture.Data().Config, ReportFixture.Data().History,
            EvaluationSummary.Of(ReportFixture.Data().Measured!, 1));
        var other = run with
        {
            Config = run.Config with { Seed = 7, Data = ReportFixture.Attribute },
            Evaluation = run.Evaluation with { Error = .1 }
        };
        var path = Path.Combine(_folder.Path, "compare.html");
        ComparePage.Write(path, new RunComparison([run, other], [new PairedComparison(50, 5, 40, 5)]));
        var page = File.ReadAllText(path);
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotMatch(Handler, Values().Replace(page, ""));
        Assert.Contains("The second is better by 35.0 points", page);
        Assert.Contains(">seed<", page);
        _ = Read(page).ToArray();
    }

    [Theory]
    [InlineData(TrainedLayers.All, "all layers trained", "late layers trained")]
    [InlineData(TrainedLayers.Late, "late layers trained", "all layers trained")]
    public void The_curve_begins_with_the_solved_head_and_says_which_layers_learned(TrainedLayers layers, string said, string not)
    {
        var data = ReportFixture.Data();
        EpochResult[] history = [new(0, true, .9, .8, .25, 4, 50), new(1, false, .5, .9, .3, 12, 30)];
        var provenance = new Dictionary<string, string> { ["epochs"] = "0" };
        var page = Write(data with
        {
            History = history,
            Config = data.Config with { Layers = layers },
            Card = data.Card with { Provenance = provenance }
        });
        Assert.Contains("head solved", page);
        Assert.Contains(said, page);
        Assert.DoesNotContain(not, page);
        Assert.Contains(
            "head misclassified 25.0% (loss 0.800); fine-tuning ended at 30.0% (loss 0.900), so the solved head was kept", page);
    }

    [Fact]
    public void A_legend_names_the_lines_that_are_drawn()
    {
        var data = ReportFixture.Data();
        const string Training = ">training</span>";
        Assert.Contains(Training, Write(data));
        // a solved head, no more
        Assert.DoesNotContain(Training, Write(data with { History = [new(0, true, .9, .8, .25, 4, 50)], Steps = [] }));
    }

    [Fact]
    public void A_page_that_cannot_be_written_is_an_error() => Assert.Throws<UserException>(() =>
        RunPage.Write(Path.Combine(_folder.Path, "no", "such", "folder.html"), ReportFixture.Data()));

    private string Write(ReportData data)
    {
        var path = Path.Combine(_folder.Path, "report.html");
        RunPage.Write(path, data);
        return File.ReadAllText(path);
    }

    /// <summary>Reads the body as XML, which refuses every tag that is not closed; tags that HTML never closes are closed first.</summary>
    private static IEnumerable<(string Name, string Id)> Read(string page)
    {
        var body = page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)];
        body = Voids().Replace(body, match => match.Value.TrimEnd('>') + "/>").Replace(" checked/>", " checked=\"\"/>");
        using var reader = XmlReader.Create(new StringReader(body));
        while (reader.Read())
            if (reader.NodeType == XmlNodeType.Element)
                yield return (reader.Name, reader.GetAttribute("id") ?? "");
    }

    [GeneratedRegex(@"<(?:br|img|input)\b[^>]*>")]
    private static partial Regex Voids();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Values();

    [GeneratedRegex(@"<([a-zA-Z][\w-]*)")]
    private static partial Regex Tags();

    [GeneratedRegex(@"<img[^>]*\ssrc=""([^""]*)""")]
    private static partial Regex Sources();
}
