using System.Text.Json;
using Spectre.Console;

namespace PetBreeds.Cli.Console;

/// <summary>Results go to standard output, everything else to standard error.</summary>
internal static class Terminal
{
    private static readonly JsonSerializerOptions JsonOptions = new() { WriteIndented = true };

    /// <summary>Standard error, with colour and live updates if it is a terminal.</summary>
    public static IAnsiConsole Error { get; } =
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error) });

    /// <summary>Whether standard error is a terminal that can redraw a line.</summary>
    public static bool IsLive => !System.Console.IsErrorRedirected && Error.Profile.Capabilities.Ansi;

    /// <summary>A line of the result.</summary>
    public static void Result(string line = "") => System.Console.Out.WriteLine(Harmless(line));

    /// <summary>A machine-readable result.</summary>
    public static void Json(object value) => System.Console.Out.WriteLine(JsonSerializer.Serialize(value, JsonOptions));

    /// <summary>A line of progress.</summary>
    public static void Note(string line)
    {
        line = Harmless(FlagText.Of(line));
        if (IsLive)
            Error.WriteLine(line); // goes through Spectre, which keeps it above a live bar
        else
            System.Console.Error.WriteLine(line);
    }

    /// <summary>A line that asks for attention.</summary>
    public static void Warn(string line) => Note($"warning: {line}");

    /// <summary>Replaces control characters by question marks: names of files and classes must not control the terminal.</summary>
    public static string Harmless(string text) =>
        text.Any(Control) ? string.Concat(text.Select(c => Control(c) ? '?' : c)) : text;

    private static bool Control(char c) => char.IsControl(c) && c is not ('\n' or '\t');

    /// <summary>"3 min 20 s", "45 s".</summary>
    public static string Duration(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes:00} min"
        : time.TotalMinutes >= 1 ? $"{(int)time.TotalMinutes} min {time.Seconds:00} s"
        : $"{time.TotalSeconds:0} s";
}
