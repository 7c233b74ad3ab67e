using System.Globalization;
using System.Text;
using CsvHelper;
using PetBreeds.Runtime.Files;
using Xunit;

namespace PetBreeds.Tests.Runtime.Files;

public sealed class CsvFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Target => Path.Combine(_folder.Path, "table.csv");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pug", "pug")]
    [InlineData("", "")]
    [InlineData("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"")]
    [InlineData("+1", "'+1")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("a=b-c", "a=b-c")]
    [InlineData("cats, dogs", "\"cats, dogs\"")]
    [InlineData("cats; dogs", "cats; dogs")]
    [InlineData("cats\tdogs", "\"cats\tdogs\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("two\rlines", "\"two\rlines\"")]
    [InlineData(" =1", "' =1")]
    [InlineData(" pug", "\" pug\"")]
    [InlineData("pug\u00A0", "\"pug\u00A0\"")]
    [InlineData("'=1", "''=1")]
    [InlineData("'tis", "'tis")]
    [InlineData("'", "'")]
    [InlineData("Löwchen 犬", "Löwchen 犬")]
    public void Text_cells_are_quoted_and_never_a_formula(string text, string cell)
    {
        CsvFile.Write(Target, "the table", "a,b", csv => csv.Text("x").Text(text).EndRow());
        Assert.Equal(Encoding.UTF8.GetBytes($"a,b\nx,{cell}\n"), File.ReadAllBytes(Target));
        Assert.Equal(text, CsvText.Text(cell.StartsWith('"') ? cell[1..^1].Replace("\"\"", "\"") : cell));
    }

    [Fact]
    public void Any_text_comes_back()
    {
        var random = new Random(1);
        string[] texts = [.. Enumerable.Range(0, 2000).Select(_ =>
            string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "'=+-@\"\", \t\r\nab;é犬"[random.Next(16)])))];
        CsvFile.Write(Target, "the table", "a,b", csv => Array.ForEach(texts, text => csv.Text(text).Text("end").EndRow()));
        var strict = new CsvReaderOptions { MalformedData = CsvMalformedDataHandling.Throw };
        using var csv = CsvReader.FromText(File.ReadAllText(Target), strict);
        foreach (var text in texts)
        {
            Assert.True(csv.Read());
            Assert.Equal((text, "end"), (CsvText.Text(csv.GetString(0)), csv.GetString(1)));
        }
        Assert.False(csv.Read());
    }

    [Fact]
    public void Numbers_are_the_shortest_that_come_back_and_no_formulas()
    {
        var random = new Random(1);
        double[] values =
        [
            0, -0.0, 1, -1, .1, 1 / 3.0, 1e-5, 123456789012345678, 1e21, -1.5e-300, double.Epsilon, double.MaxValue, double.NaN,
            double.PositiveInfinity, double.NegativeInfinity,
            .. Enumerable.Range(0, 5000).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))),
        ];
        float[] floats = [.. values.Select(value => (float)value), .. Enumerable.Range(0, 5000).Select(_ => random.NextSingle())];
        CsvFile.Write(Target, "the table", null, csv =>
        {
            Array.ForEach(values, value => csv.Number(value).EndRow());
            Array.ForEach(floats, value => csv.Number(value).EndRow());
        });
        var invariant = CultureInfo.InvariantCulture;
        string[] expected = [.. values.Select(v => v.ToString("R", invariant)), .. floats.Select(v => v.ToString("R", invariant))];
        Assert.Equal(expected, File.ReadLines(Target));
    }

    [Theory]
    [InlineData(-1 / 3.0, "0.######", "-0.333333")]
    [InlineData(2, "0.######", "2")]
    [InlineData(double.NaN, "0.######", "NaN")]
    [InlineData(-1e-9, "0.######", "-0")]
    [InlineData(61.4996, "0.###", "61.5")]
    public void Numbers_have_the_digits_asked_for(double value, string format, string cell)
    {
        CsvFile.Write(Target, "the table", "a,b", csv => csv.Number(1).Number(value, format).EndRow());
        Assert.Equal($"a,b\n1,{cell}\n", File.ReadAllText(Target));
    }

    [Fact]
    public void Rows_are_added_under_one_header()
    {
        Add(1);
        Add(2);
        Assert.Equal("a,b\n1,x\n2,x\n", File.ReadAllText(Target));
        File.WriteAllText(Target, "");
        Add(3);
        Assert.Equal("a,b\n3,x\n", File.ReadAllText(Target));
    }

    [Fact]
    public void A_row_that_fails_half_way_leaves_no_half_of_it()
    {
        Add(1);
        var before = File.ReadAllText(Target);
        var error = Assert.Throws<UserException>(() => CsvFile.Append(Target, "the table", "a,b", Fill, CsvFile.CloseIt));
        Assert.Equal(("the table cannot be written: full", CsvFile.CloseIt), (error.Problem, error.Remedy));
        Assert.Equal(before, File.ReadAllText(Target));
        Add(2);
        Assert.Equal(before + "2,x\n", File.ReadAllText(Target));
    }

    [Fact]
    public void A_table_that_fails_half_way_leaves_the_old_one()
    {
        Add(1);
        Assert.Throws<UserException>(() => CsvFile.Write(Target, "the table", "a,b", Fill));
        Assert.Equal("a,b\n1,x\n", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Others_may_read_while_rows_are_added()
    {
        CsvFile.Append(Target, "the table", "a,b", csv =>
        {
            using var reading = new FileStream(Target, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            Assert.Equal(0, reading.Length);
            csv.Number(1).Text("x").EndRow();
        });
        Assert.Equal("a,b\n1,x\n", File.ReadAllText(Target));
    }

    private void Add(int number) => CsvFile.Append(Target, "the table", "a,b", csv => csv.Number(number).Text("x").EndRow());

    /// <summary>More than any buffer holds, and half a row.</summary>
    private static void Fill(CsvRowWriter csv)
    {
        for (var i = 0; i < 20_000; i++)
            csv.Text("a long enough name of a photo").Number(i).EndRow();
        csv.Text("half");
        throw new IOException("full");
    }
}
