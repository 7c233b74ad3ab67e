using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PetBreeds.Tests;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace PetBreeds.Cli.Tests;

/// <summary>The page of `serve` in a real browser, however a photo comes to it.</summary>
[Collection(Shared.Server)]
public sealed class ServeBrowserTests : IClassFixture<Browser>, IClassFixture<ServedRun>
{
    private readonly Browser _browser;
    private readonly SampleRun _run;
    private readonly ServeProcess _server;

    public ServeBrowserTests(Browser browser, SampleRun run, ServedRun served)
    {
        browser.Require();
        (_browser, _run, _server) = (browser, run, served.Process);
    }

    [Fact]
    public async Task A_photo_that_was_chosen_is_answered_with_bars_and_where_each_class_was_seen()
    {
        var page = await Open();
        await Expect(page.Locator("#model")).ToContainTextAsync("resnet18, 10 classes");
        await page.Locator("#file").SetInputFilesAsync(_run.Photo);
        await Expect(page.Locator("#answer")).ToHaveTextAsync(_run.Answer);
        await Expect(page.Locator("#lead")).ToHaveTextAsync(new Regex(@"^\d+(\.\d)?% sure$"));
        await Expect(page.Locator("#bars .bar")).ToHaveCountAsync(5);
        await Expect(page.Locator("#status")).ToHaveTextAsync(new Regex($"^{_run.Answer} "));
        await Expect(page.Locator("#photo")).ToHaveAttributeAsync("aria-label", "Your photo: Domino_Hound_1.jpg");
        await page.Locator("#bars .bar").First.ClickAsync();
        await Expect(page.Locator("#photo")).ToHaveAttributeAsync("aria-label", $"Where the model saw {_run.Answer}");
        await Expect(page.Locator("#bars .bar[aria-pressed=true]")).ToHaveCountAsync(1);
        Assert.Equal(48, await page.Locator("#photo").EvaluateAsync<int>("canvas => canvas.width")); // what the network sees
        await Browser.Photograph(page, "serve-heat.png");
        await page.Locator("#bars .bar").First.ClickAsync();
        await Expect(page.Locator("#photo")).ToHaveAttributeAsync("aria-label", "Your photo: Domino_Hound_1.jpg");
        Assert.Empty(_browser.Complaints);
    }

    [Theory]
    [InlineData("new DragEvent('drop', { dataTransfer: given, bubbles: true, cancelable: true })")]
    [InlineData("new ClipboardEvent('paste', { clipboardData: given, bubbles: true, cancelable: true })")]
    public async Task A_photo_may_be_dropped_or_pasted_anywhere(string sent)
    {
        var page = await Open();
        await page.EvaluateAsync($$"""
            base64 => {
              const given = new DataTransfer();
              given.items.add(new File([Uint8Array.from(atob(base64), c => c.charCodeAt(0))], 'given.jpg', { type: 'image/jpeg' }));
              document.body.dispatchEvent({{sent}});
            }
            """, Convert.ToBase64String(File.ReadAllBytes(_run.Photo)));
        await Expect(page.Locator("#answer")).ToHaveTextAsync(_run.Answer);
        await Expect(page.Locator("#caption")).ToHaveTextAsync("given.jpg");
        Assert.Empty(_browser.Complaints);
    }

    [Fact]
    public async Task The_keyboard_does_it_all()
    {
        var page = await Open();
        var chosen = new TaskCompletionSource<IFileChooser>();
        page.FileChooser += (_, chooser) => chosen.TrySetResult(chooser); // long before the key: taking over the dialog is not waited for
        await Expect(page.Locator("#examples button")).ToHaveCountAsync(6);
        await page.Locator("#pick").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await (await chosen.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).SetFilesAsync(_run.Photo);
        await Expect(page.Locator("#bars .bar")).ToHaveCountAsync(5);
        await Tab(page, "#bars li:first-child .bar");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#bars li:first-child .bar")).ToHaveAttributeAsync("aria-pressed", "true");
        await Tab(page, "#reject");
        await Tab(page, "#examples li:first-child button");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#caption")).ToHaveTextAsync(new Regex("^validation photo of "));
        Assert.Empty(_browser.Complaints);
    }

    [Fact]
    public async Task What_is_wrong_is_said_and_the_next_photo_is_answered()
    {
        var page = await Open();
        await page.Locator("#file").SetInputFilesAsync(
            new FilePayload { Name = "notes.jpg", MimeType = "image/jpeg", Buffer = "no photo"u8.ToArray() });
        await Expect(page.Locator("#problem")).ToHaveTextAsync("This is a text file, not a photo.");
        await Expect(page.Locator("#answer")).ToHaveTextAsync("No answer");
        await page.Locator("#file").SetInputFilesAsync(
            new FilePayload { Name = "large.jpg", MimeType = "image/jpeg", Buffer = new byte[2 << 20] });
        await Expect(page.Locator("#problem")).ToHaveTextAsync("The photo has 2.0 MB, more than the limit of 1.0 MB.");
        await Browser.Photograph(page, "serve-problem.png");
        await page.Locator("#file").SetInputFilesAsync(_run.Photo);
        await Expect(page.Locator("#answer")).ToHaveTextAsync(_run.Answer);
        await Expect(page.Locator("#problem")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task None_of_these_is_an_answer()
    {
        var unsure = await Unsure();
        var page = await Open(rejectAt: ".8");
        await page.Locator("#file").SetInputFilesAsync(unsure);
        await Expect(page.Locator("#answer")).ToHaveTextAsync("None of these");
        await Expect(page.Locator("#lead")).ToHaveTextAsync(new Regex(@"^No class reaches .*%\. Closest:$"));
        await Browser.Photograph(page, "serve-none.png");
        await page.Locator("#reject").SelectOptionAsync("");
        await Expect(page.Locator("#answer")).Not.ToHaveTextAsync("None of these");
        Assert.Empty(_browser.Complaints);
    }

    [Theory]
    [InlineData(360, false)]
    [InlineData(390, true)]
    [InlineData(768, true)]
    [InlineData(1280, false)]
    public async Task It_fits_phones_and_desks_in_light_and_dark(int width, bool dark)
    {
        var page = await _browser.Open(_server.Url, width, dark);
        await Expect(page.Locator("#examples button")).ToHaveCountAsync(6);
        var scheme = dark ? "dark" : "light";
        await Browser.Photograph(page, $"serve-start-{width}-{scheme}.png");
        await Expect(page.Locator("#shoot")).ToBeVisibleAsync(new() { Visible = width < 700 }); // a phone's camera
        await page.Locator(width < 700 ? "#camera" : "#file").SetInputFilesAsync(_run.Photo);
        await Expect(page.Locator("#bars .bar")).ToHaveCountAsync(5);
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await Browser.Photograph(page, $"serve-{width}-{scheme}.png");
        Assert.Equal(dark, await page.Locator("body")
            .EvaluateAsync<string>("body => getComputedStyle(body).backgroundColor") == "rgb(22, 22, 21)");
        Assert.Empty(_browser.Complaints);
    }

    [Fact]
    public async Task Where_a_key_is_asked_for_so_does_the_page()
    {
        using var locked = new ServeProcess(_run.Program, _run.Folder, "--api-key", "a secret");
        var page = await _browser.Open(locked.Url, 1280);
        await Expect(page.Locator("#locked")).ToBeVisibleAsync();
        await page.Locator("#key").FillAsync("other");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#wrong")).ToHaveTextAsync("The key was not accepted.");
        await Browser.Photograph(page, "serve-key.png");
        await page.Locator("#key").FillAsync("a secret");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#model")).ToContainTextAsync("resnet18, 10 classes");
        await Expect(page.Locator("#locked")).ToBeHiddenAsync();
    }

    private async Task<IPage> Open(string rejectAt = "")
    {
        var page = await _browser.Open(_server.Url, 1280);
        await Expect(page.Locator("#model")).Not.ToBeEmptyAsync();
        await page.Locator("#reject").EvaluateAsync("(choice, value) => { choice.value = value; }", rejectAt); // it is shown with an answer
        return page;
    }

    /// <summary>Goes on with the key alone until something has the focus.</summary>
    private static async Task Tab(IPage page, string selector)
    {
        for (var i = 0; i < 20 && !await page.Locator(selector).EvaluateAsync<bool>("element => element === document.activeElement"); i++)
            await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator(selector)).ToBeFocusedAsync();
    }

    /// <summary>A photo that no class is found on at the strictest threshold of the page.</summary>
    private async Task<string> Unsure()
    {
        foreach (var path in Directory.GetFiles(Path.Combine(_run.Data, "images")).Order(StringComparer.Ordinal))
        {
            var answer = await _server.Post("v1/predict?reject-at=.8", ServeProcess.Jpeg(path));
            if (answer.Json.GetProperty("photos")[0].GetProperty("none_of_these").GetBoolean())
                return path;
        }
        throw new InvalidOperationException("the model is sure of every photo");
    }
}
