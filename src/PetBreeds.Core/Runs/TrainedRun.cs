using PetBreeds.Training.Steps;

namespace PetBreeds.Runs;

/// <summary>A training run that has ended.</summary>
public sealed record TrainedRun
{
    internal TrainedRun(RunFolder run, int seed, IReadOnlyList<EpochResult> history, EpochResult kept, int validated, int badPhotos) =>
        (Run, Seed, History, Kept, Validated, BadPhotos) = (run, seed, history, kept, validated, badPhotos);

    internal RunFolder Run { get; }

    /// <summary>The run's folder, as a full path.</summary>
    public string Folder => Run.Folder;

    /// <summary>The model, as a full path: for <see cref="Evaluation.Predictor.Load(string, string)"/>.</summary>
    public string ModelPath => Run.Model;

    /// <summary>The run's seed.</summary>
    public int Seed { get; }

    /// <summary>The solved head (epoch 0), where one was solved, and every epoch.</summary>
    public IReadOnlyList<EpochResult> History { get; }

    /// <summary>The one of <see cref="History"/> whose model was kept.</summary>
    public EpochResult Kept { get; }

    /// <summary>Validation photos that <see cref="Kept"/> was measured on.</summary>
    public int Validated { get; }

    /// <summary>Photos that could not be decoded and took no part.</summary>
    public int BadPhotos { get; }

    /// <summary>The share of validation photos that the kept model gets wrong, 0 to 1.</summary>
    public double Error => Kept.Error;
}
