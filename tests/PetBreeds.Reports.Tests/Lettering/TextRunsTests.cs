using PetBreeds.Reports.Lettering;
using Xunit;

namespace PetBreeds.Tests.Reports.Lettering;

public class TextRunsTests
{
    /// <summary>The runs from left to right; those that are shaped from right to left with an arrow before them.</summary>
    private static string[] Runs(string text) =>
        [.. new TextRuns(_ => PlotFont.Regular, PlotFont.Regular, Assert.Fail).Of(text)
            .Select(run => run.RightToLeft ? $"←{run.Text}" : run.Text)];

    [Theory]
    [InlineData("siamese 2", "siamese 2")]
    [InlineData("קט", "←קט")]
    [InlineData("קט דג", "←קט דג")]
    [InlineData("is קט 7%", "is |←קט| 7%")] // the number is the caption's, not the name's
    [InlineData("is קט 12 דג now", "is |←\u0020דג|12|←קט\u0020| now")] // and here it is within
    [InlineData("קט_12", "12|←קט_")] // a line that begins at the right
    [InlineData("קט, a cat", "a cat|←קט,\u0020")]
    [InlineData("\u2068קט\u2069: 3", "\u2068|←קט|\u2069: 3")] // as the marks ask
    [InlineData("a \u2068קט\u2069/\u2068דג\u2069", "a \u2068|←קט|\u2069/\u2068|←דג|\u2069")]
    public void What_is_read_from_the_right_is_turned_round(string text, string expected) =>
        Assert.Equal(expected.Split('|'), Runs(text));

    [Fact]
    public void Scripts_and_fonts_are_apart_for_they_are_shaped_apart()
    {
        Assert.Equal(["cat", "猫 ", "ไทย"], Runs("cat猫 ไทย"));
        var fonts = new TextRuns(letter => letter == "b" ? PlotFont.Bold : PlotFont.Regular, PlotFont.Regular, Assert.Fail);
        Assert.Equal([("a", false), ("b", true), ("c", false)], fonts.Of("abc").Select(run => (run.Text, run.Typeface == PlotFont.Bold)));
    }

    [Theory]
    [InlineData("猫", "<U+732B>", "Chinese characters (猫)", "fonts-noto-cjk")]
    [InlineData("고", "<U+ACE0>", "Hangul (고)", "fonts-noto-cjk")]
    [InlineData("हि", "<U+0939 U+093F>", "Devanagari (हि)", "fonts-noto-core")]
    [InlineData("ᚠ", "<U+16A0>", "the script Runr (ᚠ)", "fonts-noto-core")]
    [InlineData("👩\u200D🌾", "<U+1F469 U+1F33E>", "emoji (👩\u200D🌾)", "fonts-noto-color-emoji")]
    [InlineData("⍾", "<U+237E>", "some symbols (⍾)", "fonts-noto-core")]
    public void Letters_without_a_font_are_numbers_and_the_warning_says_what_to_install(string letter, string written, string named,
        string package)
    {
        var missing = new List<string>();
        var run = Assert.Single(new TextRuns(_ => null, PlotFont.Bold, missing.Add).Of(letter));
        Assert.Equal((written, PlotFont.Bold), (run.Text, run.Typeface));
        var line = Assert.Single(MissingLetters.Say(missing));
        Assert.StartsWith($"no font on this system has {named}: pictures show {written.Trim('<', '>')} and the like instead; install "
            + "such a font", line);
        Assert.Contains($"apt install {package})", line);
    }

    [Fact]
    public void A_warning_names_each_script_once_and_a_few_of_its_letters() => Assert.Equal(
        ["Chinese characters (一 丁 丂 七 丄 …)", "some characters (\u0378)"],
        MissingLetters.Say([.. "\u0378丄丂一七丁丅".Select(letter => $"{letter}")])
            .Select(line => line[27..line.IndexOf(':', StringComparison.Ordinal)]));
}
