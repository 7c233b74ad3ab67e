using System.Runtime.InteropServices;
using PetBreeds.Runtime.Files;
using TorchSharp;

namespace PetBreeds.Runtime;

/// <summary>The libtorch in use.</summary>
/// <param name="Version">The version, for example "2.10".</param>
/// <param name="Folder">The folder from which its libraries were loaded.</param>
/// <param name="Source">"package" or "PETBREEDS_LIBTORCH".</param>
/// <param name="Patched">Whether TorchSharp's library was loaded from a copy patched by <see cref="ElfVersionPatch"/>.</param>
internal sealed record TorchLibrary(string Version, string Folder, string Source, bool Patched);

/// <summary>
/// Loads libtorch once, before the first use of TorchSharp: from the folder in <c>PETBREEDS_LIBTORCH</c>, or otherwise from the program's
/// own folder. On Linux, a library that needs a newer libstdc++ than the system's is loaded from a patched copy in the cache folder.
/// </summary>
internal static partial class TorchRuntime
{
    /// <summary>
    /// The libtorch version against which TorchSharp 0.107 was built; another one may load and then fail or silently corrupt data.
    /// </summary>
    public const string RequiredVersion = "2.10";

    private const string MissingVersion = "GLIBCXX_3.4.32";

    private static readonly Lock Gate = new();
    private static TorchLibrary? _loaded;
    private static nint _torchCpu;

    /// <summary>Loads libtorch if it is not loaded yet. Further calls are cheap. Thread-safe.</summary>
    /// <exception cref="UserException">
    /// libtorch was not found or has another version, or the system lacks a library that it needs.
    /// </exception>
    public static TorchLibrary EnsureLoaded()
    {
        if (_loaded is { } ready)
            return ready;
        lock (Gate)
            return _loaded ??= Load();
    }

    /// <summary>The address of a function that libtorch exports and TorchSharp does not wrap.</summary>
    /// <param name="name">
    /// The C name, or the C++ name as mangled on Linux and macOS (where the loader itself adds Mach-O's leading underscore).
    /// </param>
    /// <param name="windows">The C++ name as mangled by Microsoft's compiler; null for a C name.</param>
    internal static nint Export(string name, string? windows = null)
    {
        EnsureLoaded();
        return NativeLibrary.GetExport(_torchCpu, OperatingSystem.IsWindows() ? windows ?? name : name);
    }

    private static TorchLibrary Load()
    {
        OneDnn.LimitIsa();
        LetThreadsSleep();
        var chosen = Environment.GetEnvironmentVariable("PETBREEDS_LIBTORCH");
        var own = string.IsNullOrEmpty(chosen);
        var folder = own ? OwnFolder() : ChosenFolder(chosen!);
        Open(Path.Combine(folder, LibraryName("c10")));
        _torchCpu = Open(Path.Combine(folder, LibraryName("torch_cpu")));
        var version = AbiVersion(_torchCpu);
        if (version != RequiredVersion)
            throw new UserException($"this is libtorch {version ?? "older than 2.9"}, but TorchSharp needs {RequiredVersion}", folder,
                $"Point PETBREEDS_LIBTORCH at a libtorch or PyTorch {RequiredVersion}, or unset it.");
        var cuda = Path.Combine(folder, LibraryName("torch_cuda"));
        if (File.Exists(cuda))
            Open(cuda);
        Open(Path.Combine(folder, LibraryName("torch")));
        var patched = OpenTorchSharp(Path.Combine(OwnFolder(), LibraryName("LibTorchSharp")));
        Nnpack.SilenceWhereBlind(_torchCpu);
        torch.InitializeDeviceType(DeviceType.CPU);
        if (!own)
            TorchSelfTest.Run(folder);
        return new TorchLibrary(version, folder, own ? "package" : "PETBREEDS_LIBTORCH", patched);
    }

    /// <summary>
    /// Makes libtorch's OpenMP threads sleep instead of spin while they wait for each other: beside a busy loop on 2 cores, 20 steps of a
    /// small network took 12 s instead of 74; on an idle machine, they took the same time. <c>OMP_WAIT_POLICY</c> takes precedence.
    /// </summary>
    /// <remarks>libgomp, which reads it, is OpenMP's library on Linux.</remarks>
    private static void LetThreadsSleep()
    {
        if (OperatingSystem.IsLinux())
            SetEnvironment("OMP_WAIT_POLICY", "passive");
    }

    private static string OwnFolder()
    {
        var home = AppContext.BaseDirectory;
        string[] places = [home, Path.Combine(home, "runtimes", RuntimeInformation.RuntimeIdentifier, "native")];
        return places.FirstOrDefault(place => File.Exists(Path.Combine(place, LibraryName("LibTorchSharp"))))
            ?? throw new UserException($"TorchSharp's native library {LibraryName("LibTorchSharp")} is missing", home,
                "Build with `dotnet build` for linux-x64, win-x64 or osx-arm64: the package TorchSharp-cpu provides it.");
    }

    private static string ChosenFolder(string chosen)
    {
        string[] places = [chosen, Path.Combine(chosen, "lib"), Path.Combine(chosen, "torch", "lib")];
        return places.FirstOrDefault(place => File.Exists(Path.Combine(place, LibraryName("torch_cpu")))) is { } found
            ? Path.GetFullPath(found)
            : throw new UserException($"no {LibraryName("torch_cpu")} in this folder, its lib or its torch/lib",
                $"PETBREEDS_LIBTORCH={chosen}",
                $"Point it at an unpacked libtorch {RequiredVersion} or at the torch folder of an installed PyTorch {RequiredVersion}.");
    }

    private static string LibraryName(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";

    private static nint Open(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new UserException($"libtorch cannot be loaded: {e.Message.Trim()}", path,
                OperatingSystem.IsWindows()
                    ? "Install the Microsoft Visual C++ Redistributable (x64), then try again."
                    : "Install the library that is named here (on Debian and Ubuntu: apt-get install libstdc++6 libgomp1), then "
                        + "try again.", e);
        }
    }

    /// <summary>Major.minor of a loaded libtorch; null before 2.9, which does not report it.</summary>
    private static unsafe string? AbiVersion(nint torchCpu)
    {
        if (!NativeLibrary.TryGetExport(torchCpu, "aoti_torch_abi_version", out var address))
            return null;
        var packed = ((delegate* unmanaged<ulong>)address)(); // torch/headeronly/version.h: one byte each from the top
        return $"{packed >> 56}.{(packed >> 48) & 0xFF}";
    }

    /// <returns>Whether the patched copy was loaded.</returns>
    private static bool OpenTorchSharp(string path)
    {
        if (!OperatingSystem.IsLinux() || NativeLibrary.TryLoad(path, out _))
        {
            if (!OperatingSystem.IsLinux())
                Open(path);
            return false;
        }
        var library = new FileInfo(path);
        var copy = Path.Combine(CacheFolder.Sub("native", $"{library.LastWriteTimeUtc.Ticks:x}-{library.Length:x}"), library.Name);
        // It was renamed into place when complete. Comparing its bytes at every start would cost as much as loading it.
        if (new FileInfo(copy) is not { Exists: true } there || there.Length != library.Length || !NativeLibrary.TryLoad(copy, out _))
            Open(Copy(path, copy));
        return true;
    }

    private static string Copy(string path, string copy)
    {
        var bytes = File.ReadAllBytes(path);
        if (!ElfVersionPatch.MakeWeak(bytes, MissingVersion))
            Open(path); // fails again, with the reason
        WriteErrors.Guard(copy, "the native library's patched copy",
            () => AtomicFile.Replace(copy, stream => stream.Write(bytes), shared: true),
            "Free some space, or set PETBREEDS_CACHE to a folder you can write to.");
        return copy;
    }

    /// <summary>Sets a variable in the C library's environment, to which .NET's API does not write. Linux and macOS.</summary>
    /// <param name="name">The name of the variable.</param>
    /// <param name="value">Its value.</param>
    /// <param name="overwrite">Whether to overwrite an existing value.</param>
    internal static void SetEnvironment(string name, string value, bool overwrite = false) => _ = SetEnv(name, value, overwrite ? 1 : 0);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
