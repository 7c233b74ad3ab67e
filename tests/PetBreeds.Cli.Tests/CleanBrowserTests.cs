using PetBreeds.Tests;
using Xunit;

namespace PetBreeds.Cli.Tests;

/// <summary>The cleaning page in a real browser, used as a person would.</summary>
[Collection(nameof(SampleRun))]
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
    public void Buttons_decide_and_undo_and_the_file_says_so_at_once()
    {
        Open(1280);
        Assert.Equal(4, Count(".card"));
        Assert.Equal("1", Text(".tabs [data-view=copies] span"));
        Assert.Equal($"photos/{CleanSite.Name(0)}", Value("document.querySelector('.card img').alt"));

        Click(".card:nth-child(1) [data-does=delete]", ".card:nth-child(1).delete");
        Assert.Equal(["\"photos/it's \"\"quoted\"\" <b>.jpg\",delete,,\"../x\"\" onerror=\"\"alert(2)\""], _site.Rows());
        Click(".card:nth-child(2) [data-does=keep]", ".card:nth-child(2).keep");
        Assert.Equal(2, _site.Rows().Length);

        // Relabel the third by typing a part of the name.
        _browser.Click(".card:nth-child(3) [data-does=relabel]");
        _browser.Wait("document.getElementById('relabel').open");
        _browser.Photograph("clean-relabel.png");
        _browser.Type("SCRIPT");
        _browser.Wait("document.querySelectorAll('#choices li').length === 1");
        _browser.Press("Enter");
        _browser.Wait("document.querySelector('.card:nth-child(3).relabel')");
        Assert.Contains($"\"photos/{CleanSite.Name(2)}\",relabel,{CleanSite.Script},\"'=HYPERLINK(\"\"http://x\"\")\"", _site.Rows());
        Assert.Equal($"→ {CleanSite.Script}", Text(".card:nth-child(3) .badge"));
        Assert.Contains("1 kept, 1 relabelled, 1 left out", Text("#status"));
        _browser.Photograph("clean-decided.png");

        Click("#undo", ".card:nth-child(3):not(.relabel)");
        Click("#undo", ".card:nth-child(2):not(.keep)");
        Assert.Single(_site.Rows());
        _browser.Click("[data-view=decided]");
        _browser.Wait("document.querySelectorAll('.card').length === 1");
        Assert.Empty(_browser.Complaints);

        // A page that is opened again goes on where it was left.
        Open(1280);
        Assert.True(_browser.Value("document.querySelector('.card:nth-child(1)').classList.contains('delete')").GetBoolean());
    }

    [Fact]
    public void The_keyboard_does_it_all()
    {
        Open(1280);
        Press("k", "document.querySelector('.card:nth-child(1).keep')");
        Assert.Equal("1", Current()); // on to the next
        Press("d", "document.querySelector('.card:nth-child(2).delete')");
        Press("ArrowLeft", Here(1));
        Press("ArrowLeft", Here(0));
        Press("ArrowRight", Here(1));
        Press("ArrowRight", Here(2));

        // The model's guess comes first; Enter takes it.
        Press("r", "document.getElementById('relabel').open");
        Assert.StartsWith(CleanSite.Attribute, Text("#choices li[aria-selected=true]"));
        Press("Enter", "document.querySelector('.card:nth-child(3).relabel')");
        Press("r", "document.getElementById('relabel').open"); // of the fourth
        Press("ArrowDown", "document.querySelector('#choices li:nth-child(2)[aria-selected=true]')");
        Press("Escape", "!document.getElementById('relabel').open");
        Assert.Equal(3, _site.Rows().Length);
        Press("u", "document.querySelector('.card:nth-child(3):not(.relabel)')");
        Press("u", "document.querySelector('.card:nth-child(2):not(.delete)')");
        Assert.Single(_site.Rows());

        Press("?", "document.getElementById('helping').open");
        _browser.Photograph("clean-help.png");
        _browser.Press("d"); // not while help is shown
        Press("Escape", "!document.getElementById('helping').open");
        Press("Enter", "document.getElementById('large').open && document.querySelector('#large img').naturalWidth > 0");
        Press("ArrowRight", Here(2));
        Press("d", "document.querySelector('.card:nth-child(3).delete')");
        Press("Escape", "!document.getElementById('large').open");
        Assert.Equal(2, _site.Rows().Length);
        Assert.Empty(_browser.Complaints);
    }

    /// <summary>The second key is about the second photo, however long the first takes to save; a key held down decides once.</summary>
    [Fact]
    public void Fast_keys_decide_about_one_photo_each()
    {
        Open(1280);
        _browser.Value("""
            for (const [key, repeat] of [['k', false], ['d', false], ['d', true], ['d', true]])
              document.body.dispatchEvent(new KeyboardEvent('keydown', { key, repeat, bubbles: true }));
            """);
        _browser.Wait("document.querySelector('.card:nth-child(1).keep') && document.querySelector('.card:nth-child(2).delete')");
        Press("ArrowRight", Here(3)); // after whatever was still to be done
        Assert.Equal(2, _site.Rows().Length);
        Assert.Empty(_browser.Complaints);
    }

    [Fact]
    public void Pages_filters_and_groups_of_copies()
    {
        Open(1280);
        _browser.Click("[data-view=all]");
        _browser.Wait("document.querySelectorAll('.card').length === 48");
        _browser.Click("#next");
        _browser.Wait("document.querySelectorAll('.card').length === 12");
        Assert.Equal("2 of 2", Text("#page"));
        Press("ArrowLeft", "document.querySelectorAll('.card').length === 48"); // over the edge, to the page before
        Choose("split", "valid");
        _browser.Wait("document.querySelectorAll('.card').length === 12");
        Choose("class", "1");
        _browser.Wait("document.querySelectorAll('.card').length === 4");
        Choose("class", "");
        Choose("split", "");
        _browser.Click("[data-view=copies]");
        _browser.Wait("document.querySelectorAll('.group .card').length === 2");
        Assert.Contains("different labels", Text(".group h2"));
        Assert.Contains("different splits", Text(".group h2"));
        _browser.Photograph("clean-copies.png");
        Assert.Empty(_browser.Complaints);
    }

    [Fact]
    public void With_only_undecided_photos_shown_none_is_passed_by()
    {
        Open(1280);
        _browser.Click("#open");
        for (var left = 4; left > 0; left--)
            Press("k", left > 1 ? Here(5 - left) : "document.querySelector('.empty')");
        Assert.Equal(4, _site.Rows().Length);
    }

    [Theory]
    [InlineData(375, false)]
    [InlineData(390, true)]
    [InlineData(768, true)]
    [InlineData(1280, false)]
    public void It_fits_phones_and_desks_in_light_and_dark(int width, bool dark)
    {
        Open(width, dark);
        Assert.Equal(width, _browser.Value("document.documentElement.scrollWidth").GetInt32());
        _browser.Click(".card [data-does=keep]");
        _browser.Wait("document.querySelector('.card.keep')");
        _browser.Photograph($"clean-{width}-{(dark ? "dark" : "light")}.png");
        Assert.Equal(0, _browser.Value("[...document.querySelectorAll('.card button')].filter(b => b.scrollWidth > b.clientWidth).length").GetInt32());
        Assert.Equal(dark, _browser.Value("getComputedStyle(document.body).backgroundColor").GetString() == "rgb(22, 22, 21)");
        Assert.Empty(_browser.Complaints);
    }

    [Fact]
    public void Names_from_outside_do_no_harm()
    {
        Open(1280);
        _browser.Click("[data-view=all]");
        _browser.Wait("document.querySelectorAll('.card').length === 48");
        // The only scripts and pictures are the program's own, and no name became an element or a handler.
        Assert.Equal(1, Count("script"));
        Assert.True(_browser.Value("[...document.querySelectorAll('img')].every(i => !i.src || i.src.startsWith(location.href.split('#')[0]))").GetBoolean());
        Assert.Equal(0, _browser.Value("[...document.querySelectorAll('*')].filter(e => e.getAttributeNames().some(n => n.startsWith('on'))).length").GetInt32());
        Assert.Equal(0, Count("#cards b b, #cards script, .file *, .label *, option *"));
        Assert.Equal(CleanSite.Classes, Value("JSON.stringify([...document.querySelectorAll('#class option')].slice(1).map(o => o.textContent.replace(/ \\(\\d+\\)$/, '')))") is { } list
            ? System.Text.Json.JsonSerializer.Deserialize<string[]>(list) : null);
        Assert.Empty(_browser.Complaints); // no dialog opened, the policy refused nothing
    }

    [Fact]
    public void When_the_program_has_ended_the_page_says_so()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no SIGTERM");
        Open(1280);
        _site.End();
        _browser.Press("k");
        _browser.Wait("!document.getElementById('problem').hidden");
        Assert.Contains("does not answer", Text("#problem"));
        Assert.Equal(0, Count(".card.keep"));
    }

    [Fact]
    public void Training_takes_what_was_decided()
    {
        Open(1280);
        Press("d", Here(1));
        Press("r", "document.getElementById('relabel').open");
        Press("Enter", "document.querySelector('.card:nth-child(2).relabel')");
        var outcome = _run.Program.Run("data", "verify", "--labels", $"csv:{Path.Combine(_site.Folder, "labels.csv")}", "--cleaning", _site.Cleaning, "--json");
        Assert.Contains("1 relabelled and 1 left out by cleaning.csv", outcome.Output);
        Assert.Contains("\"photos\": 59", outcome.Output);
    }

    private void Open(int width, bool dark = false)
    {
        _browser.Open(new Uri("about:blank"), width, dark);
        _browser.Open(_site.Url, width, dark);
        _browser.Wait("document.querySelector('.card') && document.querySelector('.card img').complete");
    }

    private void Click(string selector, string until)
    {
        _browser.Click(selector);
        _browser.Wait($"document.querySelector('{until}')");
    }

    private void Press(string key, string until)
    {
        _browser.Press(key);
        _browser.Wait(until);
    }

    private void Choose(string id, string value) =>
        _browser.Value($"(() => {{ const s = document.getElementById('{id}'); s.value = '{value}'; s.dispatchEvent(new Event('change')); return true; }})()");

    private string Current() => Value("String([...document.querySelectorAll('.card')].indexOf(document.activeElement))")!;

    private static string Here(int place) => $"document.querySelector('.card[tabindex=\"0\"]') === document.querySelectorAll('.card')[{place}]";

    private int Count(string selector) => _browser.Value($"document.querySelectorAll('{selector}').length").GetInt32();

    private string Text(string selector) => Value($"document.querySelector('{selector}').textContent")!;

    private string? Value(string expression) => _browser.Value(expression).GetString();
}
