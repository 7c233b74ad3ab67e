namespace PetBreeds.Cli.Console;

/// <summary>Errors in the words of the command line.</summary>
internal static class ErrorText
{
    /// <summary>What is wrong, and on a second line what to do.</summary>
    /// <param name="head">What comes first, such as "error: ".</param>
    /// <param name="error">The error.</param>
    public static void Write(string head, UserException error)
    {
        System.Console.Error.WriteLine(Terminal.Harmless(head + FlagText.Of(error.Message)));
        if (Remedy(error) is { } remedy)
            System.Console.Error.WriteLine(Terminal.Harmless($"  {remedy}"));
    }

    /// <summary>What to do, with the command for it; null where the problem makes it plain.</summary>
    public static string? Remedy(UserException error)
    {
        string?[] parts = [FlagText.Of(error.Remedy), Command(error.Next)];
        return parts.Any(part => part is not null) ? string.Join(' ', parts.OfType<string>()) : null;
    }

    private static string? Command(NextStep? step) => step switch
    {
        NextStep.VerifyData => "`petbreeds data verify` says what is wrong with which photo.",
        NextStep.DownloadPets => "`petbreeds data get pets` downloads the data set.",
        NextStep.ReviewLabels => "`petbreeds clean RUN` writes one.",
        NextStep.CrossValidate => "`petbreeds train --cross-validate K` does so.",
        NextStep.Evaluate => "`petbreeds evaluate RUN --csv FILE` does so.",
        NextStep.ListRuns => "`petbreeds runs` lists them.",
        NextStep.SkipExportCheck => "`petbreeds export RUN --no-check` does so.",
        NextStep.ListSettings => "`petbreeds train --help` lists the keys.",
        _ => null,
    };
}
