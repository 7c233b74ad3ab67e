using System.Text;
using PetBreeds.Catalog;
using PetBreeds.Catalog.Reading;
using Xunit;

namespace PetBreeds.Tests.Catalog.Labels;

/// <summary>Tables of labels are read or refused (see <see cref="Fuzz"/>).</summary>
public sealed class CsvFuzzTests : IDisposable
{
    private readonly PhotoFolder folder = new PhotoFolder().Many("img/a", 3).Many("img/b", 3);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("photo,label,split\nimg/a1.jpg,x,train\nimg/b1.jpg,y,train\nimg/a2.jpg,x,valid\nimg/b2.jpg,y,test\n")]
    [InlineData("\uFEFFphoto;label\r\n\"img\\a1.jpg\"; x \r\n\r\nimg/a2.jpg;\"x\"\r\nimg/b2.jpg;\"y \"\"z\"\"\"\r\nimg/b3.jpg;\"y "
        + "\"\"z\"\"\"\r\n")]
    public void Mutations_are_read_or_refused(string text)
    {
        var table = Path.Combine(folder.Root, "t.csv");
        var (read, refused) = Fuzz.Run("table", Encoding.UTF8.GetBytes(text), 2, mutated =>
        {
            File.WriteAllBytes(table, mutated);
            var catalog = PhotoCatalogReader.Read(new CatalogOptions { Data = table });
            Assert.All(catalog.Items, item => Assert.True(File.Exists(item.Path) && item.Label < catalog.Classes.Count));
        });
        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }
}
