using System.Text;
using PetBreeds.Catalog.Labels;
using PetBreeds.Evaluation;
using PetBreeds.Runs;
using PetBreeds.Runtime;
using PetBreeds.Training.Configuration;
using Xunit;

namespace PetBreeds.Tests.Runtime;

public sealed class TextFileTests : IDisposable
{
    private const string Text = "photo,label\nL\u00F6we.jpg,L\u00F6we\nk\u00E4tzchen.jpg,\u732B\n";

    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("petbreeds-text-").FullName, "t.csv");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    private string Read(byte[] bytes, string? encoding = null)
    {
        File.WriteAllBytes(_file, bytes);
        return TextFile.Read(_file, encoding);
    }

    private UserException Refused(byte[] bytes, string? encoding = null) => Assert.Throws<UserException>(() => Read(bytes, encoding));

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    [InlineData("utf-32BE")]
    public void A_byte_order_mark_says_what_a_file_is(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(Text)];
        Assert.Equal(Text, Read(bytes));
        Assert.Equal(Text, Read(bytes, "windows-1252")); // it knows better
        Assert.Equal(["photo,label", "L\u00F6we.jpg,L\u00F6we", "k\u00E4tzchen.jpg,\u732B"], TextFile.Lines(_file));
    }

    [Theory]
    [InlineData("cp1252", "\u20AC \u00E4")]
    [InlineData("latin-1", "\u00E4")]
    [InlineData("Latin 9", "\u20AC")]
    [InlineData("macroman", "\u00E4")]
    [InlineData("shift-jis", "\u732B")]
    [InlineData("gb18030", "\u732B\u1F600")]
    [InlineData("euc-kr", "\uACE0\uC591\uC774")]
    [InlineData("koi8-r", "\u043A\u043E\u0442")]
    [InlineData("utf-16le", "\u732B cat")]
    [InlineData("65001", "\u732B")]
    public void Encodings_have_the_names_that_people_know(string name, string text) =>
        Assert.Equal(text, Read(TextFile.Named(name).GetBytes(text), name));

    [Theory]
    [InlineData("gb18030", "caf\u00E9")]
    [InlineData("gbk", "cafe\u0301")]
    [InlineData("shift_jis", "L\u00F6we")]
    [InlineData("euc-kr", "\u00C5ngstrom")]
    [InlineData("gb18030", "\u043A\u043E\u0442")]
    [InlineData("big5", "\u732B\n\u72D7")]
    [InlineData("gb18030", "\U0001F600")]
    [InlineData("gb18030", "\u732B")]
    [InlineData("koi8-r", "\u00E9")]
    public void Utf8_is_not_read_as_something_else(string name, string text)
    {
        var error = Refused(Encoding.UTF8.GetBytes($"photo,label\n1.jpg,{text}\n"), name);
        Assert.Equal($"this file is UTF-8, not {name}", error.Problem);
        Assert.StartsWith("Leave out `encoding`.", error.Remedy);
    }

    [Theory]
    [InlineData("gb18030", "\u4E00")]
    [InlineData("gb18030", "\u732B")]
    [InlineData("gbk", "\u5C0F\u96EA")]
    [InlineData("euc-kr", "\uCE58")]
    public void A_character_that_is_valid_utf8_by_chance_is_read_as_it_is_said_to_be(string name, string text)
    {
        var bytes = TextFile.Named(name).GetBytes($"photo,label\n1.jpg,{text}\n");
        Assert.True(Utf8Text.MayBe(bytes));
        Assert.Equal($"photo,label\n1.jpg,{text}\n", Read(bytes, name));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void A_list_without_a_byte_order_mark_is_read_in_the_encoding_that_is_named(string name)
    {
        File.WriteAllBytes(_file, TextFile.Named(name).GetBytes("a.jpg\nb.jpg\n"));
        Assert.Equal(["a.jpg", "b.jpg"], TextFile.Lines(_file, name));
        File.WriteAllText(_file, "a.jpg\nL\u00F6we.jpg\n");
        Assert.Equal(["a.jpg", "L\u00F6we.jpg"], TextFile.Lines(_file, name)); // this program's own
    }

    [Fact]
    public void Where_no_encoding_can_be_named_none_is_asked_for()
    {
        File.WriteAllBytes(_file, [.. "B"u8, 0xE4, .. "r 1 1 1\n"u8]);
        foreach (var read in new Func<object>[]
            { () => OfficialLists.Stems(_file), () => PredictionsCsv.Correct(_file), () => OutOfFoldFile.Read(_file), () =>
                ConfigFile.Read(_file) })
            Assert.Equal("Save it as UTF-8.", Assert.Throws<UserException>(read).Remedy);
    }

    [Fact]
    public void What_is_no_text_is_named_by_its_line()
    {
        Assert.Equal("line 2 is not UTF-8; in windows-1252 it would be 'B\u00E4r'", Refused([.. "a\nB"u8, 0xE4, .. "r\n"u8]).Problem);
        Assert.StartsWith("line 3 is not UTF-8", Refused([.. "a\n\u00E4\n"u8, 0xC3]).Problem); // cut off
        Assert.StartsWith("line 1 is not utf-16", Refused([0xFF, 0xFE, 0x3D, 0xD8, 0x61, 0]).Problem); // half a pair
        Assert.StartsWith("line 1 is not shift_jis", Refused([0x81, 0x20], "shift_jis").Problem);
        Assert.StartsWith("line 1 contains null bytes", Refused(Encoding.Unicode.GetBytes("photo")).Problem);
        // not UTF-8 either
        Assert.StartsWith("line 1 contains null bytes", Refused(Encoding.BigEndianUnicode.GetBytes("\u732B\nL\u00F6we")).Problem);
        Assert.EndsWith("`encoding utf-16`.", Refused(Encoding.Unicode.GetBytes("\u732B\nL\u00F6we")).Remedy);
        Assert.EndsWith("`encoding utf-16BE`.", Refused(Encoding.BigEndianUnicode.GetBytes("\u732B\nL\u00F6we")).Remedy);
        Assert.Equal("this file is UTF-8, not latin1", Refused("L\u00F6we"u8.ToArray(), "latin1").Problem);
        Assert.StartsWith("'utf-9' is not the name of an encoding", Assert.Throws<FormatException>(() => TextFile.Named("utf-9")).Message);
    }
}
