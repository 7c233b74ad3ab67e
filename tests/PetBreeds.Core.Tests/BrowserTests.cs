using Xunit;

namespace PetBreeds.Tests;

/// <summary>Tests of pages rest on it that the browser tells what goes wrong in a page.</summary>
public sealed class BrowserTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("<script>alert('a dialog')</script>", "a dialog")]
    [InlineData("<script>console.log('a message')</script>", "a message")]
    [InlineData("<script>throw new Error('an error')</script>", "an error")]
    [InlineData("<img src='no-such-file.png'>", "ERR_FILE_NOT_FOUND")]
    [InlineData("<meta http-equiv='Content-Security-Policy' content='img-src https:'><img src='a.png'>", "Content Security Policy")]
    public async Task What_goes_wrong_in_a_page_is_a_complaint(string markup, string complaint)
    {
        var path = Path.Combine(_folder.Path, "page.html");
        File.WriteAllText(path, $"<!doctype html><link rel=icon href=data:,>{markup}");
        await browser.Open(path, 800);
        Assert.Contains(complaint, Assert.Single(browser.Complaints));
        File.WriteAllText(path, "<!doctype html><link rel=icon href=data:,><p>All is well.");
        await browser.Open(path, 800);
        Assert.Empty(browser.Complaints);
    }
}
