using Microsoft.Playwright;
using PetBreeds.Tests;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace PetBreeds.Cli.Tests;

/// <summary>The report that training left, in a real browser, opened from the disk and clicked through.</summary>
[Collection(Shared.Answers)]
public sealed class ReportBrowserTests(Browser browser, SampleRun run) : IClassFixture<Browser>
{
    [Theory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task A_person_can_go_through_it(int width)
    {
        var page = await browser.Open(Path.Combine(run.Folder, "report.html"), width);
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await Expect(page.Locator("h1")).ToContainTextAsync("synthetic sample");

        var links = await page.Locator("nav a").AllAsync();
        Assert.True(links.Count >= 6);
        foreach (var link in links)
        {
            await link.ClickAsync();
            await Expect(page.Locator((await link.GetAttributeAsync("href"))!)).ToBeInViewportAsync();
        }

        // The matrix turns from counts to shares and back: the counts are those of the validation photos.
        var (counts, shares) = (page.Locator(".matrix .number"), page.Locator(".matrix .share"));
        Assert.Equal(80, (await counts.AllTextContentsAsync()).Sum(text => text.Length == 0 ? 0 : int.Parse(text)));
        await page.Locator("label[for=as-shares]").ClickAsync();
        await Expect(Visible(counts)).ToHaveCountAsync(0);
        Assert.True(await Visible(shares).CountAsync() >= 10);
        await page.Locator("label[for=as-counts]").ClickAsync();
        await Expect(Visible(shares)).ToHaveCountAsync(0);

        // Photos are shown as one comes to them.
        var photos = page.Locator("img");
        Assert.True(await photos.CountAsync() > 12);
        foreach (var photo in await photos.AllAsync())
        {
            await photo.ScrollIntoViewIfNeededAsync();
            await Expect(photo).ToHaveJSPropertyAsync("complete", true);
            Assert.True(await photo.EvaluateAsync<int>("image => image.naturalWidth") > 0);
        }
        await Browser.Photograph(page, $"trained-report-{width}.png");
        Assert.Empty(browser.Complaints);
    }

    private static ILocator Visible(ILocator cells) => cells.Filter(new LocatorFilterOptions { Visible = true });
}
