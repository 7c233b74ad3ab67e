using ScottPlot;

namespace PetBreeds.Reports.Plots;

/// <summary>
/// The colours of the plots: Okabe and Ito's palette, which can be told apart with any colour vision
/// (M. Okabe and K. Ito, "Color Universal Design", 2008), and greys for everything that is not data.
/// </summary>
internal static class PlotColors
{
    public static readonly Color Blue = Color.FromHex("#0072B2");
    public static readonly Color Vermillion = Color.FromHex("#D55E00");
    public static readonly Color Green = Color.FromHex("#009E73");
    public static readonly Color Orange = Color.FromHex("#E69F00");
    public static readonly Color Purple = Color.FromHex("#CC79A7");
    public static readonly Color Sky = Color.FromHex("#56B4E9");
    public static readonly Color Ink = Color.FromHex("#222222");
    public static readonly Color Axis = Color.FromHex("#666666");
    public static readonly Color Grid = Color.FromHex("#E6E6E6");
    public static readonly Color Faint = Color.FromHex("#BBBBBB");
    public static readonly Color Shade = Blue.WithAlpha(0.09) /* the grid shows through */;
}
