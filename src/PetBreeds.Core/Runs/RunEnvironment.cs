using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using PetBreeds.Runtime.Files;

namespace PetBreeds.Runs;

/// <summary>The environment of a run. It does not reveal who ran it: no user or host name, no environment variables.</summary>
internal static class RunEnvironment
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // people read this file: an apostrophe stays an apostrophe
    };

    /// <summary>Writes <c>environment.json</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="start">When the run started; written in UTC.</param>
    /// <param name="commandLine">
    /// The program's arguments. The home folder in them is written as "~", because it often contains the user's name.
    /// </param>
    /// <param name="facts">Further facts, such as libtorch's version and source, or the device; appended in this order.</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Write(
        string path, DateTimeOffset start, IReadOnlyList<string> commandLine, IEnumerable<KeyValuePair<string, string>> facts)
    {
        var text = JsonSerializer.Serialize(Describe(start, commandLine, facts), Indented) + "\n";
        AtomicFile.WriteText(path, "the run's description", text);
    }

    internal static OrderedDictionary<string, object> Describe(
        DateTimeOffset start, IReadOnlyList<string> commandLine, IEnumerable<KeyValuePair<string, string>> facts)
    {
        var all = new OrderedDictionary<string, object>
        {
            ["petbreeds"] = Version,
            ["start_utc"] = start.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            ["command_line"] = commandLine.Select(WithoutHome).ToArray(),
            ["os"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            ["dotnet"] = RuntimeInformation.FrameworkDescription,
            ["cpu"] = CpuName(),
            ["cpu_cores"] = Environment.ProcessorCount,
            ["memory_gib"] = Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30), 1),
        };
        foreach (var (name, value) in facts)
            all[name] = WithoutHome(value);
        return all;
    }

    private static string Version =>
        typeof(RunEnvironment).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0] ?? "unknown";

    private static string WithoutHome(string text)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 1 ? text.Replace(home, "~", StringComparison.Ordinal) : text;
    }

    private static string CpuName()
    {
        try
        {
            return File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[1].Trim() ?? "unknown";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Windows has an environment variable for it; macOS only a system call, which is not worth the code.
            return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
        }
    }
}
