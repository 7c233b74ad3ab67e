using Microsoft.Playwright;
using PetBreeds.Reports.Html;
using SkiaSharp;
using Xunit;
using static Microsoft.Playwright.Assertions;

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
    public async Task Nothing_moves_sideways_nothing_runs_and_nothing_is_refused(int width, bool dark, int classes)
    {
        var page = await browser.Open(Write(classes), width, dark);
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await Expect(page.Locator("script")).ToHaveCountAsync(0);
        var eager = page.Locator("img:not([loading=lazy])");
        Assert.True(await eager.EvaluateAllAsync<bool>("images => images.every(image => image.naturalWidth > 0)"));
        Assert.Empty(browser.Complaints);
        using var picture = SKBitmap.Decode(await Browser.Photograph(page, $"report-{width}-{(dark ? "dark" : "light")}.png"));
        var corner = picture.GetPixel(picture.Width - 1, picture.Height - 1);
        Assert.Equal(dark, corner.Red < 128);
    }

    [Fact]
    public async Task A_click_turns_counts_into_shares()
    {
        var page = await browser.Open(Write(5), 800);
        var (count, share) = (page.Locator(".matrix .number").First, page.Locator(".matrix .share").First);
        await Expect(count).ToBeVisibleAsync();
        await Expect(share).ToBeHiddenAsync();
        await page.Locator("label[for=as-shares]").ClickAsync();
        await Expect(count).ToBeHiddenAsync();
        await Expect(share).ToBeVisibleAsync();
        await page.Locator("label[for=as-counts]").ClickAsync();
        await Expect(count).ToBeVisibleAsync();
        await Expect(share).ToBeHiddenAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Text_stands_out_from_its_ground(bool dark)
    {
        var page = await browser.Open(Write(5), 800, dark);
        foreach (var (ink, ground) in new[]
        {
            ("h2", "body"), (".lead", "body"), (".tile span", ".tile"), ("a", "body"), (".tag.no", "body"), (".notice .soft", ".notice"),
        })
        {
            var contrast = Contrast(await Color(page, ink, "color"), await Color(page, ground, "backgroundColor"));
            Assert.True(contrast >= 4.5, $"{ink} on {ground}"); // WCAG 2.1, 1.4.3
        }
    }

    [Fact]
    public async Task Links_lead_to_their_sections()
    {
        var page = await browser.Open(Write(5), 800);
        await page.Locator("nav a[href='#certainty']").ClickAsync();
        Assert.EndsWith("#certainty", page.Url);
        await Expect(page.Locator("#certainty")).ToBeInViewportAsync();
        Assert.True(await page.Locator("a[href]")
            .EvaluateAllAsync<bool>("links => links.every(link => document.querySelector(link.getAttribute('href')))"));
    }

    private static async Task<double[]> Color(IPage page, string selector, string property)
    {
        var text = await page.Locator(selector).First
            .EvaluateAsync<string>($"element => getComputedStyle(element).{property}"); // rgb(1, 2, 3)
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
