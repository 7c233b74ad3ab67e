using PetBreeds.Reports.Html;
using SkiaSharp;
using Xunit;

namespace PetBreeds.Tests.Reports.Html;

/// <summary>The report in a real browser. PETBREEDS_SCREENSHOTS names a folder that keeps the pictures.</summary>
public sealed class ReportBrowserTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(360, false, 5)]
    [InlineData(390, true, 37)]
    [InlineData(768, false, 37)]
    [InlineData(1280, true, 37)]
    public void Nothing_moves_sideways_nothing_runs_and_nothing_is_refused(int width, bool dark, int classes)
    {
        browser.Require();
        browser.Open(Write(classes), width, dark);
        Assert.Equal(width, browser.Value("document.documentElement.scrollWidth").GetInt32());
        Assert.Equal(0, browser.Value("document.scripts.length").GetInt32());
        Assert.True(browser.Value("[...document.images].every(image => image.loading === 'lazy' || image.naturalWidth > 0)").GetBoolean());
        Assert.Empty(browser.Complaints);
        var picture = browser.Photograph($"report-{width}-{(dark ? "dark" : "light")}.png");
        using var bitmap = SKBitmap.Decode(picture);
        var corner = bitmap.GetPixel(bitmap.Width - 1, bitmap.Height - 1);
        Assert.Equal(dark, corner.Red < 128);
    }

    [Fact]
    public void A_click_turns_counts_into_shares()
    {
        browser.Require();
        browser.Open(Write(5), 800);
        Assert.Equal(["block", "none"], Displays());
        browser.Click("label[for=as-shares]");
        Assert.Equal(["none", "block"], Displays());
        browser.Click("label[for=as-counts]");
        Assert.Equal(["block", "none"], Displays());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Text_stands_out_from_its_ground(bool dark)
    {
        browser.Require();
        browser.Open(Write(5), 800, dark);
        foreach (var (ink, ground) in new[] { ("h2", "body"), (".lead", "body"), (".tile span", ".tile"), ("a", "body"), (".tag.no", "body"), (".notice .soft", ".notice") })
            Assert.True(Contrast(Color(ink, "color"), Color(ground, "backgroundColor")) >= 4.5, $"{ink} on {ground}"); // WCAG 2.1, 1.4.3
    }

    [Fact]
    public void Links_lead_to_their_sections()
    {
        browser.Require();
        browser.Open(Write(5), 800);
        browser.Click("nav a[href=\"#certainty\"]");
        Assert.Equal("#certainty", browser.Value("location.hash").GetString());
        Assert.True(browser.Value("[...document.querySelectorAll('a[href]')].every(a => document.querySelector(a.getAttribute('href')))").GetBoolean());
    }

    private string[] Displays() => [.. new[] { "number", "share" }.Select(name =>
        browser.Value($"getComputedStyle(document.querySelector('.matrix .{name}')).display").GetString() == "none" ? "none" : "block")];

    private double[] Color(string selector, string property)
    {
        var text = browser.Value($"getComputedStyle(document.querySelector('{selector}')).{property}").GetString()!; // rgb(1, 2, 3)
        return [.. text[(text.IndexOf('(') + 1)..^1].Split(',').Take(3).Select(double.Parse)];
    }

    /// <summary>Contrast ratio of WCAG 2.1.</summary>
    private static double Contrast(double[] a, double[] b)
    {
        var (one, two) = (Luminance(a), Luminance(b));
        return (Math.Max(one, two) + .05) / (Math.Min(one, two) + .05);
    }

    private static double Luminance(double[] color)
    {
        double[] linear = [.. color.Select(c => c / 255).Select(c => c <= .04045 ? c / 12.92 : Math.Pow((c + .055) / 1.055, 2.4))];
        return .2126 * linear[0] + .7152 * linear[1] + .0722 * linear[2];
    }

    private string Write(int classes)
    {
        var path = Path.Combine(_folder.Path, "report.html");
        RunPage.Write(path, ReportFixture.Data(classes, photos: 20 * classes));
        return path;
    }
}
