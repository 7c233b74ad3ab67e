using System.Diagnostics;

namespace PetBreeds.Cli.Tests;

/// <summary>What a run of the program left behind.</summary>
public sealed record Outcome(int ExitCode, string Output, string Errors);

/// <summary>Runs the built program as a user would, in a folder and with a cache of its own.</summary>
public sealed class PetBreedsProgram : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("petbreeds-cli-").FullName;

    /// <summary>The program's own folder.</summary>
    public static string Home { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(
        AppContext.BaseDirectory, "..", "..", "PetBreeds.Cli", "debug"));

    /// <summary>The program.</summary>
    public static string Path { get; } = System.IO.Path.Combine(Home, OperatingSystem.IsWindows() ? "petbreeds.exe" : "petbreeds");

    public Outcome Run(params string[] arguments) => Run([], arguments);

    public Outcome Run(Dictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(environment, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return new Outcome(process.ExitCode, output.Result, errors.Result);
    }

    public Process Start(Dictionary<string, string> environment, params string[] arguments) => StartIn(Path, environment, arguments);

    /// <summary>Starts another program in the same way, such as one that starts this one.</summary>
    public Process StartIn(string program, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PETBREEDS_CACHE"] = System.IO.Path.Combine(Folder, "cache");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Folder, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
