using PetBreeds.Tests;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>The report that training left, in a real browser, opened from the disk and clicked through.</summary>
[Collection(nameof(SampleRun))]
public sealed class ReportBrowserTests(Browser browser, SampleRun run) : IClassFixture<Browser>
{
    [Theory]
    [InlineData(390)]
    [InlineData(1280)]
    public void A_person_can_go_through_it(int width)
    {
        browser.Require();
        browser.Open(Path.Combine(run.Folder, "report.html"), width);
        Assert.Equal(width, browser.Value("document.documentElement.scrollWidth").GetInt32());
        Assert.Contains("synthetic sample", browser.Value("document.querySelector('h1').textContent").GetString());

        // Each link leads to its section.
        var links = browser.Value("document.querySelectorAll('nav a').length").GetInt32();
        Assert.True(links >= 6);
        for (var i = 1; i <= links; i++)
        {
            browser.Click($"nav a:nth-of-type({i})");
            browser.Wait($"location.hash === document.querySelector('nav a:nth-of-type({i})').getAttribute('href')");
            browser.Wait("(() => { const at = document.querySelector(location.hash).getBoundingClientRect(); return at.top < innerHeight && at.bottom > 0; })()");
        }

        // The matrix turns from counts to shares and back: the counts are those of the validation photos.
        Assert.Equal(80, Sum("number"));
        browser.Click("label[for=as-shares]");
        Assert.Equal(0, Visible("number"));
        Assert.True(Visible("share") >= 10);
        browser.Click("label[for=as-counts]");
        Assert.Equal(0, Visible("share"));

        // Photos are shown as one comes to them.
        browser.Value("[...document.images].map(image => image.loading = 'eager').length");
        browser.Wait("document.images.length > 12 && [...document.images].every(image => image.complete && image.naturalWidth > 0)");
        browser.Photograph($"trained-report-{width}.png");
        Assert.Empty(browser.Complaints);
    }

    private int Sum(string kind) => browser.Value($"[...document.querySelectorAll('.matrix .{kind}')].reduce((sum, cell) => sum + Number(cell.textContent), 0)").GetInt32();

    private int Visible(string kind) =>
        browser.Value($"[...document.querySelectorAll('.matrix .{kind}')].filter(cell => getComputedStyle(cell).display !== 'none').length").GetInt32();
}
