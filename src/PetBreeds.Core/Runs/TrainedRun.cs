using PetBreeds.Training.Steps;

namespace PetBreeds.Runs;

/// <summary>The result of a completed training run.</summary>
public sealed record TrainedRun
{
    internal TrainedRun(RunFolder run, int seed, IReadOnlyList<EpochResult> history, EpochResult kept, int validated, int badPhotos) =>
        (Run, Seed, History, Kept, Validated, BadPhotos) = (run, seed, history, kept, validated, badPhotos);

    internal RunFolder Run { get; }

    /// <summary>Full path of the run's folder.</summary>
    public string Folder => Run.Folder;

    /// <summary>
    /// Full path of the model file, for <see cref="Evaluation.Predictor.Load(string, PetBreeds.Runtime.ComputeDevice)"/>.
    /// </summary>
    public string ModelPath => Run.Model;

    /// <summary>The seed of the run.</summary>
    public int Seed { get; }

    /// <summary>The result of the solved head (epoch 0), if one was solved, followed by the result of every epoch.</summary>
    public IReadOnlyList<EpochResult> History { get; }

    /// <summary>The entry of <see cref="History"/> whose model was kept.</summary>
    public EpochResult Kept { get; }

    /// <summary>Number of validation photos on which <see cref="Kept"/> was measured.</summary>
    public int Validated { get; }

    /// <summary>Number of photos that were left out because they could not be decoded.</summary>
    public int BadPhotos { get; }

    /// <summary>The error of the kept model: the share of validation photos it gets wrong, 0 to 1.</summary>
    public double Error => Kept.Error;
}
