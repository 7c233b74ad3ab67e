namespace PetBreeds.Cli.Console;

/// <summary>What the program's exit codes mean.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int CheckFailed = 1;
    public const int BadUsage = 2;
    public const int Interrupted = 130; // 128 + SIGINT, as in shells
}
