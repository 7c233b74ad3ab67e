namespace PetBreeds.Reports.Terminal;

/// <summary>
/// A canvas of dots, two by four per character (Unicode's braille block, U+2800 to U+28FF); without braille, a star where any dot is set.
/// </summary>
internal sealed class BrailleCanvas(int columns, int rows, bool ascii)
{
    // The bit of each dot in a character, by row and column: braille numbers dots down the columns, and the fourth row was added later.
    private static readonly byte[,] Bits = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };

    private readonly byte[,] _dots = new byte[rows, columns];
    private readonly char[,] _marks = new char[rows, columns];

    public int Columns => columns;

    /// <summary>Dots across.</summary>
    public int Width => columns * 2;

    /// <summary>Dots down.</summary>
    public int Height => rows * 4;

    /// <summary>
    /// Draws a line between two points in dots, y down. Parts outside the canvas are cut off; a NaN or infinite point draws nothing.
    /// </summary>
    public void Line((double X, double Y) from, (double X, double Y) to)
    {
        if (!double.IsFinite(from.X + from.Y + to.X + to.Y))
            return;

        // Losses may explode: values far outside are clamped, so that the loop below stays short.
        var (y0, y1) = (Math.Clamp(from.Y, -Height, 2.0 * Height), Math.Clamp(to.Y, -Height, 2.0 * Height));
        var steps = Math.Max(1, (int)Math.Ceiling(Math.Max(Math.Abs(to.X - from.X), Math.Abs(y1 - y0))));
        for (var i = 0; i <= steps; i++)
        {
            var (x, y) = (from.X + (to.X - from.X) * i / steps, y0 + (y1 - y0) * i / steps);
            Set((int)Math.Round(x), (int)Math.Round(y));
        }
    }

    /// <summary>Puts a character at a point, or in the next free cell above it.</summary>
    public void Mark(char symbol, (double X, double Y) at)
    {
        if (!double.IsFinite(at.X + at.Y))
            return;
        var column = (int)Math.Clamp(Math.Round(at.X) / 2, 0, columns - 1);
        var row = (int)Math.Clamp(Math.Round(at.Y) / 4, 0, rows - 1);
        while (row > 0 && _marks[row, column] != '\0')
            row--;
        _marks[row, column] = symbol;
    }

    public string Row(int row) => string.Concat(Enumerable.Range(0, columns).Select(column => Character(row, column)));

    private char Character(int row, int column) =>
        _marks[row, column] != '\0' ? _marks[row, column]
        : _dots[row, column] == 0 ? ' '
        : ascii ? '*' : (char)(0x2800 + _dots[row, column]);

    private void Set(int x, int y)
    {
        if (x >= 0 && x < Width && y >= 0 && y < Height)
            _dots[y / 4, x / 2] |= Bits[y % 4, x % 2];
    }
}
