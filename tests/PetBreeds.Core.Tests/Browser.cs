using Microsoft.Playwright;
using Xunit;

namespace PetBreeds.Tests;

/// <summary>
/// A headless Chromium, driven by Playwright. It is the system's own, Playwright downloads none: tests that need it are skipped where there
/// is none in PATH as chromium, chromium-browser or google-chrome, and none named by PETBREEDS_CHROMIUM.
/// </summary>
public sealed class Browser : IAsyncLifetime
{
    private const float PatienceMilliseconds = 60_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private IBrowserContext? _context;

    /// <summary>What the page did by itself: dialogs it opened, what its policy or the network refused, errors.</summary>
    public List<string> Complaints { get; } = [];

    public async ValueTask InitializeAsync()
    {
        if (Program() is not { } program)
            return;
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            ChromiumSandbox = false, // it does not start as root, nor in most containers
            Args = ["--disable-gpu", "--disable-dev-shm-usage"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>Skips the test where there is no browser.</summary>
    public void Require() => Assert.SkipWhen(_browser is null, "there is no Chromium in PATH, and PETBREEDS_CHROMIUM names none");

    /// <summary>Opens a file at a width in pixels, in a colour scheme, and waits until it is there.</summary>
    public Task<IPage> Open(string file, int width, bool dark = false) => Open(new Uri(Path.GetFullPath(file)), width, dark);

    /// <summary>The same for an address, in a new window that knows nothing of the one before, which is closed.</summary>
    public async Task<IPage> Open(Uri address, int width, bool dark = false)
    {
        Require();
        if (_context is not null)
            await _context.CloseAsync();
        Complaints.Clear();
        _context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            IsMobile = width < 700,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
        });
        _context.SetDefaultTimeout(PatienceMilliseconds);
        var page = await _context.NewPageAsync();
        page.Console += (_, message) => Complaints.Add(message.Text);
        page.PageError += (_, error) => Complaints.Add(error);
        page.Dialog += async (_, dialog) =>
        {
            Complaints.Add(dialog.Message);
            await dialog.DismissAsync();
        };
        await page.GotoAsync(address.AbsoluteUri);
        return page;
    }

    /// <summary>The whole page as a PNG; kept in the folder that PETBREEDS_SCREENSHOTS names, if it does.</summary>
    public static Task<byte[]> Photograph(IPage page, string name) => page.ScreenshotAsync(new PageScreenshotOptions
    {
        FullPage = true,
        Path = Environment.GetEnvironmentVariable("PETBREEDS_SCREENSHOTS") is { Length: > 0 } folder ? Path.Combine(folder, name) : null,
    });

    private static string? Program()
    {
        if (Environment.GetEnvironmentVariable("PETBREEDS_CHROMIUM") is { Length: > 0 } given)
            return given;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return new[] { "chromium", "chromium-browser", "google-chrome" }
            .SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
