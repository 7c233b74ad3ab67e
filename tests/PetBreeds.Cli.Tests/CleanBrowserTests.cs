using System.Text.RegularExpressions;
using PetBreeds.Tests;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace PetBreeds.Cli.Tests;

/// <summary>Photos are decided about in a real browser, as a person would.</summary>
[Collection(Shared.Cleaning)]
public sealed class CleanBrowserTests : IClassFixture<Browser>, IDisposable
{
    private readonly Browser _browser;
    private readonly SampleRun _run;
    private readonly CleanSite _site;

    public CleanBrowserTests(Browser browser, SampleRun run)
    {
        browser.Require();
        (_browser, _run, _site) = (browser, run, new CleanSite(run));
    }

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Buttons_decide_and_undo_and_the_file_says_so_at_once()
    {
        var page = await CleanPage.Open(_browser, _site);
        await Expect(page.Cards).ToHaveCountAsync(4);
        await Expect(page.At(".tabs [data-view=copies] span")).ToHaveTextAsync("1");
        await Expect(page.Cards.First.Locator("img")).ToHaveAttributeAsync("alt", $"photos/{CleanSite.Name(0)}");

        await page.Button(1, "delete").ClickAsync();
        await Expect(page.Card(1, ".delete")).ToBeVisibleAsync();
        Assert.Equal(["\"photos/it's \"\"quoted\"\" <b>.jpg\",delete,,\"../x\"\" onerror=\"\"alert(2)\""], _site.Rows());
        await page.Button(2, "keep").ClickAsync();
        await Expect(page.Card(2, ".keep")).ToBeVisibleAsync();
        Assert.Equal(2, _site.Rows().Length);

        // Relabel the third by typing a part of the name.
        await page.Button(3, "relabel").ClickAsync();
        await Expect(page.RelabelDialog).ToBeVisibleAsync();
        await Browser.Photograph(page.Browser, "clean-relabel.png");
        await page.Browser.Keyboard.TypeAsync("SCRIPT"); // the dialog has given the field the focus
        await Expect(page.At("#choices li")).ToHaveCountAsync(1);
        await page.Press("Enter", page.Card(3, ".relabel"));
        Assert.Contains($"\"photos/{CleanSite.Name(2)}\",relabel,{CleanSite.Script},\"'=HYPERLINK(\"\"http://x\"\")\"", _site.Rows());
        await Expect(page.Card(3).Locator(".badge")).ToHaveTextAsync($"→ {CleanSite.Script}");
        await Expect(page.At("#status")).ToContainTextAsync("1 kept, 1 relabelled, 1 left out");
        await Browser.Photograph(page.Browser, "clean-decided.png");

        await page.At("#undo").ClickAsync();
        await Expect(page.Card(3, ":not(.relabel)")).ToBeVisibleAsync();
        await page.At("#undo").ClickAsync();
        await Expect(page.Card(2, ":not(.keep)")).ToBeVisibleAsync();
        Assert.Single(_site.Rows());
        await page.Show("decided");
        await Expect(page.Cards).ToHaveCountAsync(1);
        Assert.Empty(_browser.Complaints);

        // A page that is opened again shows the earlier decisions.
        var again = await CleanPage.Open(_browser, _site);
        await Expect(again.Card(1, ".delete")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_keyboard_does_it_all()
    {
        var page = await CleanPage.Open(_browser, _site);
        await page.Press("k", page.Card(1, ".keep"));
        await Expect(page.Card(2)).ToBeFocusedAsync(); // on to the next
        await page.Press("d", page.Card(2, ".delete"));
        await page.PressTo("ArrowLeft", 2);
        await page.PressTo("ArrowLeft", 1);
        await page.PressTo("ArrowRight", 2);
        await page.PressTo("ArrowRight", 3);

        // The model's prediction comes first; Enter accepts it.
        await page.Press("r", page.RelabelDialog);
        await Expect(page.At("#choices li[aria-selected=true]")).ToHaveTextAsync(new Regex("^" + Regex.Escape(CleanSite.Attribute)));
        await page.Press("Enter", page.Card(3, ".relabel"));
        await page.Press("r", page.RelabelDialog); // of the fourth
        await page.Press("ArrowDown", page.At("#choices li:nth-child(2)[aria-selected=true]"));
        await page.Press("Escape");
        await Expect(page.RelabelDialog).ToBeHiddenAsync();
        Assert.Equal(3, _site.Rows().Length);
        await page.Press("u", page.Card(3, ":not(.relabel)"));
        await page.Press("u", page.Card(2, ":not(.delete)"));
        Assert.Single(_site.Rows());
        Assert.Empty(_browser.Complaints);
    }

    [Fact]
    public async Task Keys_decide_about_a_photo_shown_large_and_not_while_help_is_shown()
    {
        var page = await CleanPage.Open(_browser, _site);
        await page.Press("?", page.HelpDialog);
        await Browser.Photograph(page.Browser, "clean-help.png");
        await page.Press("d");
        await page.Press("Escape");
        await Expect(page.HelpDialog).ToBeHiddenAsync();
        await page.Press("Enter", page.LargeDialog.Locator("img"));
        await page.PressTo("ArrowRight", 2);
        await page.Press("d");
        await Expect(page.Card(2, ".delete")).ToHaveCountAsync(1); // behind the large photo
        await page.Press("Escape");
        await Expect(page.LargeDialog).ToBeHiddenAsync();
        Assert.Single(_site.Rows());
        Assert.Empty(_browser.Complaints);
    }

    /// <summary>The second key is about the second photo, however long the first takes to save; a key held down decides once.</summary>
    [Fact]
    public async Task Fast_keys_decide_about_one_photo_each()
    {
        var page = await CleanPage.Open(_browser, _site);
        await page.Browser.EvaluateAsync("""
            () => {
              for (const [key, repeat] of [['k', false], ['d', false], ['d', true], ['d', true]])
                document.body.dispatchEvent(new KeyboardEvent('keydown', { key, repeat, bubbles: true }));
            }
            """);
        await Expect(page.Card(1, ".keep")).ToBeVisibleAsync();
        await Expect(page.Card(2, ".delete")).ToBeVisibleAsync();
        await page.PressTo("ArrowRight", 4); // after whatever was still to be done
        Assert.Equal(2, _site.Rows().Length);
        Assert.Empty(_browser.Complaints);
    }

    [Fact]
    public async Task When_the_program_has_ended_the_page_says_so()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no SIGTERM");
        var page = await CleanPage.Open(_browser, _site);
        _site.End();
        await page.Press("k", page.At("#problem"));
        await Expect(page.At("#problem")).ToContainTextAsync("is not responding");
        await Expect(page.Card(1, ".keep")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Training_takes_what_was_decided()
    {
        var page = await CleanPage.Open(_browser, _site);
        await page.PressTo("d", 2);
        await page.Press("r", page.RelabelDialog);
        await page.Press("Enter", page.Card(2, ".relabel"));
        var outcome = _run.Program.Run("data", "verify", "--labels", $"csv:{Path.Combine(_site.Folder, "labels.csv")}",
            "--cleaning", _site.Cleaning, "--json");
        Assert.Contains("1 relabelled and 1 left out by cleaning.csv", outcome.Output);
        Assert.Contains("\"photos\": 59", outcome.Output);
    }
}
