using PetBreeds.Catalog.Verification;
using PetBreeds.Evaluation;
using PetBreeds.Models;
using PetBreeds.Runs;
using PetBreeds.Training.Configuration;
using PetBreeds.Training.Steps;

namespace PetBreeds.Reports.Html;

/// <summary>Everything that a report shows.</summary>
internal sealed record ReportData
{
    public required string Name { get; init; }

    public required TrainOptions Config { get; init; }

    public required ModelCard Card { get; init; }

    /// <summary>Null for a multi-label run: the sections that need it are left out.</summary>
    public required Measurement? Measured { get; init; }

    /// <summary>What logits are divided by.</summary>
    public double Temperature { get; init; } = 1;

    public IReadOnlyList<EpochResult> History { get; init; } = [];

    public IReadOnlyList<StepResult> Steps { get; init; } = [];

    /// <summary>The finder's curve; empty if it was not run.</summary>
    public IReadOnlyList<(double Rate, double Loss)> Finder { get; init; } = [];

    /// <summary>By path.</summary>
    public IReadOnlyDictionary<string, ReportPicture> Pictures { get; init; } = new Dictionary<string, ReportPicture>();

    /// <summary>The first training batch as a data: URI.</summary>
    public string? Batch { get; init; }

    public IReadOnlyList<(string Name, string Value)> Environment { get; init; } = [];

    public RunData? Data { get; init; }

    /// <summary>Photos that could not be read during evaluation, with the reason.</summary>
    public IReadOnlyList<RunBadPhoto> Unreadable { get; init; } = [];

    /// <summary>What `data verify` finds; null if it was not requested.</summary>
    public VerificationReport? Verification { get; init; }

    public SplitEvaluation Result => Measured?.Result ?? throw new InvalidOperationException("photos have several labels");

    public string ClassName(int i) => Result.Classes[i];
}
