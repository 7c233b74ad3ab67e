using PetBreeds.Reports.Plots;
using PetBreeds.Reports.Terminal;
using PetBreeds.Tests.Catalog;
using PetBreeds.Tests.Reports.Plots;
using Xunit;

namespace PetBreeds.Tests.Reports.Terminal;

public class TerminalPlotTests
{
    [Fact]
    public void A_straight_line_in_braille()
    {
        var lines = TerminalPlot.Render([0, 1, 2, 3, 4], [0, 1, 2, 3, 4], 24, 7);
        Assert.Equal(
            """
            4 ┤                 ⣀⠤⠒⠉
              │            ⢀⡠⠤⠒⠉
              │        ⢀⡠⠔⠊⠁
              │    ⣀⠤⠒⠊⠁
            0 ┤⣀⠤⠒⠉
              └┬────┬────┬────┬────┬
               0    1    2    3    4
            """.Split('\n'), lines);
    }

    [Fact]
    public void A_straight_line_in_ascii()
    {
        var lines = TerminalPlot.Render([0, 1, 2, 3, 4], [0, 1, 2, 3, 4], 24, 7, ascii: true);
        Assert.Equal(
            """
            4 |                 ****
              |            *****
              |        *****
              |    *****
            0 |****
              ++----+----+----+----+
               0    1    2    3    4
            """.Split('\n'), lines);
    }

    [Fact]
    public void A_search_on_a_log_axis_with_its_suggestions_the_explosion_cut_off()
    {
        var (lrs, _, smooth) = LrFindPlotTests.Search();
        smooth[^1] = 1e30;
        var lines = TerminalPlot.Render(lrs, smooth, 72, 16, logX: true,
            [('V', lrs[52], smooth[52]), ('S', lrs[64], smooth[64]), ('T', lrs[64], smooth[64])], LrFindPlot.LossRange(smooth));
        Assert.Equal(
            """
            4.91 ┤                                                         ⡎
                 │                                                         ⡇
                 │                                                         ⡇
                 │⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠓⠒⠒⠤⣄⡀                           ⢠⠃
                 │                            ⠉⠓⢄                         ⢸
                 │                               ⠑⣄                       ⡸
                 │                                 ⢣                      ⡇
             2.6 ┤                                  V⡄                   ⢠⠃
                 │                                   ⠘⢄                  ⡸
                 │                                    ⠈⢢                 ⡇
                 │                                      ⠙⢄  T           ⡸
                 │                                        ⠑⢤S         ⢀⡰⠁
                 │                                          ⠈⠙⠒⠢⠤⠤⠤⠤⠤⠔⠊
            0.62 ┤
                 └┬───────┬───────┬───────┬───────┬────────┬───────┬───────┬───────┬
                1e-7    1e-6    1e-5    1e-4    1e-3     0.01     0.1      1      10
            """.Split('\n'), lines);
    }

    [Fact]
    public void Values_that_are_no_numbers_leave_gaps_and_nothing_gives_an_empty_plot()
    {
        var gap = TerminalPlot.Render([0, 1, 2, 3], [1, double.NaN, double.PositiveInfinity, 1], 24, 5, ascii: true);
        Assert.Equal(2, string.Concat(gap).Count(c => c == '*'));
        var empty = TerminalPlot.Render([], [], 24, 5, logX: true);
        Assert.Equal(5, empty.Count);
        Assert.DoesNotContain(string.Concat(empty), c => c is > '\u2800' and <= '\u28ff');
        var negative = TerminalPlot.Render([-1, 0, 1, 10], [5, 5, 1, 2], 24, 5, logX: true, ascii: true);
        Assert.StartsWith("2 |", negative[0]); // 5 stands at no place of a log axis
    }

    [Theory]
    [InlineData(20, 5, false)]
    [InlineData(80, 24, true)]
    [InlineData(200, 60, false)]
    public void No_line_is_wider_than_asked_for(int width, int height, bool ascii)
    {
        var (lrs, raw, _) = LrFindPlotTests.Search();
        var lines = TerminalPlot.Render(lrs, raw, width, height, logX: true, ascii: ascii);
        Assert.Equal(height, lines.Count);
        Assert.All(lines, line => Assert.True(line.Length <= width));
        Assert.True(!ascii || lines.All(line => line.All(char.IsAscii)));
    }

    [Fact]
    public void Sizes_and_lists_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TerminalPlot.Render([1], [1], 19, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => TerminalPlot.Render([1], [1], 20, 4));
        Assert.Throws<ArgumentException>(() => TerminalPlot.Render([1], [1, 2], 20, 5));
    }
}
