using PetBreeds.Runtime;
using Xunit;

namespace PetBreeds.Tests.Runtime;

public class CacheFolderTests
{
    private static readonly string Home = Path.GetFullPath("/home/ada/.cache/petbreeds");

    private static string Choose(string platform, params (string Name, string Value)[] variables) =>
        CacheFolder.Choose(name => variables.FirstOrDefault(variable => variable.Name == name).Value, platform);

    [Fact]
    public void The_users_choice_comes_first_and_may_be_relative()
    {
        Assert.Equal(Home, Choose(Home));
        Assert.Equal(Path.GetFullPath("/big/cache"), Choose(Home, ("PETBREEDS_CACHE", "/big/cache"), ("XDG_CACHE_HOME", "/xdg")));
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "here"), Choose(Home, ("PETBREEDS_CACHE", "here")));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void An_empty_choice_is_none(string chosen) => Assert.Equal(Home, Choose(Home, ("PETBREEDS_CACHE", chosen)));

    [Theory]
    [InlineData("~")]
    [InlineData("~/cache")]
    public void A_home_sign_that_no_shell_has_replaced_is_refused(string chosen)
    {
        var error = Assert.Throws<UserException>(() => Choose(Home, ("PETBREEDS_CACHE", chosen)));
        Assert.Contains("the ~ was not expanded", error.Message);
    }

    [Theory]
    [InlineData("/xdg", "/xdg/petbreeds")]
    [InlineData("", null)]
    [InlineData("relative", null)]
    [InlineData("./here", null)]
    [InlineData("~/.cache", null)]
    public void On_Linux_a_full_XDG_path_is_taken_and_any_other_ignored(string xdg, string? expected)
    {
        if (OperatingSystem.IsLinux())
            Assert.Equal(expected ?? Home, Choose(Home, ("XDG_CACHE_HOME", xdg)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".cache/petbreeds")]
    [InlineData("home/ada/.cache/petbreeds")]
    public void Without_a_home_folder_the_cache_does_not_grow_where_one_stands(string platform)
    {
        var error = Assert.Throws<UserException>(() => Choose(platform, ("HOME", "home/ada")));
        Assert.Contains("there is no home folder for the cache", error.Message);
        Assert.Equal("HOME=home/ada", error.Place);
        Assert.Contains("PETBREEDS_CACHE", error.Remedy);
        Assert.Equal(Path.GetFullPath("/big"), Choose(platform, ("PETBREEDS_CACHE", "/big"), ("HOME", "home/ada")));
    }
}
