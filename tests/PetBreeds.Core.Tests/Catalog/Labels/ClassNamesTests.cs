using PetBreeds.Catalog;
using PetBreeds.Catalog.Files;
using PetBreeds.Catalog.Labels;
using Xunit;

namespace PetBreeds.Tests.Catalog.Labels;

/// <summary>Names of classes that look alike, and Unicode's two ways to write one letter.</summary>
public sealed class ClassNamesTests : IDisposable
{
    private readonly PhotoFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("Lo\u0308wchen", "L\u00F6wchen")]
    [InlineData("Chie\u0302\u0301n", "Chi\u1EBFn")] // two marks on one letter
    [InlineData("e\u0323\u0302", "\u1EC7")]
    [InlineData("e\u0302\u0323", "\u1EC7")] // the marks in the other order
    [InlineData("a\u0323\u0301", "\u1EA1\u0301")] // joins one of two
    [InlineData("\u304B\u3099", "\u304C")] // kana
    [InlineData("\u1112\u1161\u11AB", "\uD55C")] // Hangul
    [InlineData("\u0915\u093C", "\u0915\u093C")] // Devanagari is excluded from composition,
    [InlineData("\u0958", "\u0915\u093C")] // and decomposed where it was composed
    [InlineData("\u212B", "\u00C5")] // the sign of the ångström
    [InlineData("\u0308o", "\u0308o")] // a mark without a letter
    [InlineData("🐈\u200D⬛ 猫 قط", "🐈\u200D⬛ 猫 قط")]
    public void Letters_and_marks_become_one(string text, string composed) => Assert.Equal(composed, ComposedText.Of(text));

    [Theory]
    [InlineData("Dog", "dog", true)]
    [InlineData("Dog", "Dog ", true)]
    [InlineData("Maine Coon", " Maine  coon", true)]
    [InlineData("Maine Coon", "Maine\u00A0Coon", true)]
    [InlineData("Pug", "Ｐｕｇ", true)]
    [InlineData("Pug", "\uFEFFPug", true)]
    [InlineData("Pug", "P\u200Bug", true)]
    [InlineData("L\u00F6wchen", "LO\u0308WCHEN", true)]
    [InlineData("Maine Coon", "Maine_Coon", true)]
    [InlineData("Maine Coon", "maine-coon", true)]
    [InlineData("Maine Coon", "MaineCoon", true)]
    [InlineData("Maine Coon", "Maine - Coon", true)]
    [InlineData("Maine Coon", "Maine\u2013Coon", true)] // a dash
    [InlineData("St. Bernard", "St Bernard", true)]
    [InlineData("1. Pug", "1.Pug", true)]
    [InlineData("Cat", "Cat.", true)]
    [InlineData("Cat", "_cat_", true)]
    [InlineData("Cat", "\u0421\u0430t", true)] // Cyrillic Es and a
    [InlineData("Pug's", "Pug\u2019s", true)]
    [InlineData("a", " a_", true)]
    [InlineData("A", "a", false)] // characters to recognise
    [InlineData("A", "a ", false)]
    [InlineData("A", "\u0391", false)] // Greek
    [InlineData("\u03B1", "\u0391", false)]
    [InlineData("1-12", "11-2", false)]
    [InlineData("1_2", "12", false)]
    [InlineData("1.5", "15", false)]
    [InlineData("-1", "1", false)]
    [InlineData("A-", "A", false)]
    [InlineData("C++", "C", false)]
    [InlineData("\u732B", "\u72AC", false)]
    [InlineData("pug1", "pug2", false)]
    [InlineData("Lowchen", "L\u00F6wchen", false)]
    public void Names_look_alike(string one, string other, bool alike) => Assert.Equal(alike, LookAlike.Key(one) == LookAlike.Key(other));

    [Fact]
    public void One_name_in_two_forms_is_one_class_and_that_is_said()
    {
        folder.Many("train/L\u00F6wchen/", 3).Photos("train/Lo\u0308wchen/9.jpg", "valid/Lo\u0308wchen/1.jpg").Many("train/pug/", 3)
            .Many("valid/pug/", 1);
        var catalog = folder.Read();
        Assert.Equal(["L\u00F6wchen", "pug"], catalog.Classes);
        Assert.Equal("L\u00F6wchen", catalog.ClassOf("train/Lo\u0308wchen/9.jpg"));
        Assert.Equal("folder names, in Unicode's composed form (NFC)", catalog.LabelSource);
        Assert.Empty(catalog.Concerns);
    }

    [Fact]
    public void Labels_of_a_table_in_two_forms_are_one_class()
    {
        folder.Many("", 4);
        var table = folder.Text("t.csv", "photo,label", "1.jpg,Lo\u0308wchen", "2.jpg,L\u00F6wchen", "3.jpg,pug", "4.jpg,pug");
        Assert.Equal(["L\u00F6wchen", "pug"], folder.Read("csv:" + table).Classes);
    }

    [Fact]
    public void A_table_may_name_files_in_the_other_form()
    {
        folder.Photos("L\u00F6wchen/u\u0308ber.jpg", "2.jpg", "3.jpg");
        var table = folder.Text("t.csv", "photo,label,split", "Lo\u0308wchen/\u00FCber.jpg,a,train", "2.jpg,b,train", "3.jpg,b,valid");
        Assert.Equal(["2.jpg", "3.jpg", "L\u00F6wchen/u\u0308ber.jpg"], folder.Read("csv:" + table).Items.Select(item => item.Name));
        folder.Text("t.csv", "photo,label", "Lo\u0308wchen/\u00E4.jpg,a", "2.jpg,b");
        Assert.Contains("which does not exist", Assert.Throws<UserException>(() => folder.Read("csv:" + table)).Problem);
    }

    [Fact]
    public void Classes_of_both_splits_that_look_alike_are_a_concern()
    {
        folder.Many("train/Dog/", 3).Many("train/dog /", 3).Many("train/cat/", 3).Many("valid/Dog/", 1).Many("valid/cat/", 1);
        var concern = Assert.Single(folder.Read().Concerns);
        Assert.Equal((ConcernKind.NamesAlike,
            "the classes 'Dog' and 'dog ' look alike but are 2 different classes; if they are the same class, give them the same name"),
            (concern.Kind, concern.Problem));
    }

    [Fact]
    public void A_class_that_is_trained_on_under_another_spelling_is_named()
    {
        folder.Many("train/Dog\u00A0/", 3).Many("valid/Dog/", 1).Many("train/cat/", 3).Many("valid/cat/", 1);
        var error = Assert.Throws<UserException>(() => folder.Read());
        Assert.StartsWith("class 'Dog' has no training photo (the only one of 3 classes); 'valid/Dog/1.jpg' is in the valid split",
            error.Problem);
        Assert.EndsWith(@"; these look alike but differ: 'Dog' and 'Dog\u00A0'", error.Problem);
    }

    [Fact]
    public void Labels_that_all_look_alike_are_refused()
    {
        folder.Many("", 4);
        var table = folder.Text("t.csv", "photo,label", "1.jpg,cat", "2.jpg,Cat", "3.jpg,cat", "4.jpg,Cat");
        Assert.Equal("all labels look alike: 'Cat' and 'cat'", Assert.Throws<UserException>(() => folder.Read("csv:" + table)).Problem);
    }
}
