using Microsoft.Playwright;
using PetBreeds.Tests;
using static Microsoft.Playwright.Assertions;

namespace PetBreeds.Cli.Tests;

/// <summary>The cleaning page as a person sees and uses it.</summary>
internal sealed class CleanPage
{
    private CleanPage(IPage page) => Browser = page;

    public IPage Browser { get; }

    public ILocator Cards => At(".card");

    public ILocator RelabelDialog => At("#relabel");

    public ILocator LargeDialog => At("#large");

    public ILocator HelpDialog => At("#helping");

    /// <summary>Opens a site and waits for its photos.</summary>
    public static async Task<CleanPage> Open(Browser browser, CleanSite site, int width = 1280, bool dark = false)
    {
        var page = new CleanPage(await browser.Open(site.Url, width, dark));
        await Expect(page.Cards.First.Locator("img")).ToHaveJSPropertyAsync("complete", true);
        return page;
    }

    public ILocator At(string selector) => Browser.Locator(selector);

    /// <summary>A photo's card, counted from 1; with a state (".keep", ":not(.delete)") only while it is in that state.</summary>
    public ILocator Card(int number, string state = "") => At($".card:nth-child({number}){state}");

    /// <summary>The button of a card: keep, delete or relabel.</summary>
    public ILocator Button(int card, string action) => Card(card).Locator($"[data-does={action}]");

    public Task Press(string key) => Browser.Keyboard.PressAsync(key);

    /// <summary>Presses a key and waits for what it does.</summary>
    public async Task Press(string key, ILocator shows)
    {
        await Press(key);
        await Expect(shows).ToBeVisibleAsync();
    }

    /// <summary>Presses a key and waits until the photo of that number is the current one.</summary>
    public Task PressTo(string key, int card) => Press(key, Cards.Nth(card - 1).And(At("[tabindex='0']")));

    /// <summary>Shows another list: suspects, copies, all or decided.</summary>
    public Task Show(string view) => At($"[data-view={view}]").ClickAsync();
}
