using PetBreeds.Tests;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace PetBreeds.Cli.Tests;

/// <summary>What the cleaning page shows in a real browser: lists and filters, on phones and desks, whatever names there are.</summary>
[Collection(Shared.Cleaning)]
public sealed class CleanViewTests : IClassFixture<Browser>, IDisposable
{
    private readonly Browser _browser;
    private readonly CleanSite _site;

    public CleanViewTests(Browser browser, SampleRun run)
    {
        browser.Require();
        (_browser, _site) = (browser, new CleanSite(run));
    }

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Pages_filters_and_groups_of_copies()
    {
        var page = await CleanPage.Open(_browser, _site);
        await page.Show("all");
        await Expect(page.Cards).ToHaveCountAsync(48);
        await page.At("#next").ClickAsync();
        await Expect(page.Cards).ToHaveCountAsync(12);
        await Expect(page.At("#page")).ToHaveTextAsync("2 of 2");
        await page.Press("ArrowLeft"); // over the edge, to the page before
        await Expect(page.Cards).ToHaveCountAsync(48);
        await page.At("#split").SelectOptionAsync("valid");
        await Expect(page.Cards).ToHaveCountAsync(12);
        await page.At("#class").SelectOptionAsync("1");
        await Expect(page.Cards).ToHaveCountAsync(4);
        await page.At("#class").SelectOptionAsync("");
        await page.At("#split").SelectOptionAsync("");
        await page.Show("copies");
        await Expect(page.At(".group .card")).ToHaveCountAsync(2);
        await Expect(page.At(".group h2")).ToContainTextAsync("different labels");
        await Expect(page.At(".group h2")).ToContainTextAsync("different splits");
        await Browser.Photograph(page.Browser, "clean-copies.png");
        Assert.Empty(_browser.Complaints);
    }

    [Fact]
    public async Task With_only_undecided_photos_shown_none_is_passed_by()
    {
        var page = await CleanPage.Open(_browser, _site);
        await page.At("#open").CheckAsync();
        for (var card = 1; card < 4; card++)
            await page.PressTo("k", card + 1);
        await page.Press("k", page.At(".empty"));
        Assert.Equal(4, _site.Rows().Length);
    }

    [Theory]
    [InlineData(375, false)]
    [InlineData(390, true)]
    [InlineData(768, true)]
    [InlineData(1280, false)]
    public async Task It_fits_phones_and_desks_in_light_and_dark(int width, bool dark)
    {
        var page = await CleanPage.Open(_browser, _site, width, dark);
        Assert.Equal(width, await page.Browser.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await page.Button(1, "keep").ClickAsync();
        await Expect(page.Card(1, ".keep")).ToBeVisibleAsync();
        await Browser.Photograph(page.Browser, $"clean-{width}-{(dark ? "dark" : "light")}.png");
        Assert.Equal(0, await page.At(".card button")
            .EvaluateAllAsync<int>("buttons => buttons.filter(b => b.scrollWidth > b.clientWidth).length"));
        var ground = await page.At("body").EvaluateAsync<string>("body => getComputedStyle(body).backgroundColor");
        Assert.Equal(dark, ground == "rgb(22, 22, 21)");
        Assert.Empty(_browser.Complaints);
    }

    [Fact]
    public async Task Names_from_outside_do_no_harm()
    {
        var page = await CleanPage.Open(_browser, _site);
        await page.Show("all");
        await Expect(page.Cards).ToHaveCountAsync(48);

        // The only scripts and pictures are the program's own, and no name became an element or a handler.
        await Expect(page.At("script")).ToHaveCountAsync(1);
        var sources = await page.At("img").EvaluateAllAsync<string[]>("images => images.map(image => image.src)");
        Assert.All(sources.Where(source => source.Length > 0), source => Assert.StartsWith(_site.Url.AbsoluteUri, source));
        Assert.Equal(0, await page.At("*")
            .EvaluateAllAsync<int>("all => all.filter(e => e.getAttributeNames().some(n => n.startsWith('on'))).length"));
        await Expect(page.At("#cards b b, #cards script, .file *, .label *, option *")).ToHaveCountAsync(0);
        var options = await page.At("#class option").AllTextContentsAsync();
        Assert.Equal(["all classes", .. CleanSite.Classes.Select(name => $"{name} (20)")], options);
        Assert.Empty(_browser.Complaints); // no dialog opened, the policy refused nothing
    }
}
