using System.Runtime.InteropServices;
using PetBreeds.Distributed;
using Xunit;

namespace PetBreeds.Tests.Distributed;

public unsafe partial class SignalHandlersTests
{
    private const int Usr2 = 12; // SIGUSR2 of Linux, which .NET does not use

    [Fact]
    public void A_handler_that_was_there_before_comes_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the number of the signal is that of Linux");
        const nint ignore = 1; // SIG_IGN
        var first = SetHandler(Usr2, ignore);
        try
        {
            using (new SignalHandlers())
                Assert.Equal(ignore, SetHandler(Usr2, (nint)(delegate* unmanaged<int, void>)&OnSignal));
            Assert.Equal(ignore, SetHandler(Usr2, ignore));
        }
        finally
        {
            SetHandler(Usr2, first);
        }
    }

    [UnmanagedCallersOnly]
    private static void OnSignal(int signal)
    {
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);
}
