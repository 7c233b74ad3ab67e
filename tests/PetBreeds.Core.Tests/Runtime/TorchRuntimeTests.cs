using PetBreeds.Runtime;
using TorchSharp;
using Xunit;

namespace PetBreeds.Tests.Runtime;

public class TorchRuntimeTests
{
    [Fact]
    public void Loads_the_version_TorchSharp_was_built_against()
    {
        var library = TorchRuntime.EnsureLoaded();
        Assert.Equal("2.10", library.Version);
        Assert.Same(library, TorchRuntime.EnsureLoaded());
    }

    [Fact]
    public void Self_test_passes() => TorchSelfTest.Run("test");

    [Fact]
    public void Patch_sets_the_weak_flag_of_the_named_version_only()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ELF is the format of Linux");
        var original = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"));
        var patched = (byte[])original.Clone();
        Assert.True(ElfVersionPatch.MakeWeak(patched, "GLIBCXX_3.4.32"));
        Assert.Single(Enumerable.Range(0, original.Length), i => original[i] != patched[i]);
        Assert.False(ElfVersionPatch.MakeWeak(patched, "GLIBCXX_9.9.99"));
        Assert.False(ElfVersionPatch.MakeWeak(new byte[100], "GLIBCXX_3.4.32"));
    }

    [Fact]
    public void Torch_computes() => Assert.Equal(6f, torch.ones(2, 3).sum().item<float>());
}
