using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

[assembly: AssemblyFixture(typeof(PetBreeds.Cli.Tests.SampleTraining))]

namespace PetBreeds.Cli.Tests;

/// <summary>A short training on the sample data set, once for all tests that need one.</summary>
public sealed class SampleTraining : IDisposable
{
    private readonly Lazy<(PetBreedsProgram Program, string Data, Outcome Outcome)> _trained = new(Train);

    /// <summary>Where it ran.</summary>
    public string Folder => _trained.Value.Program.Folder;

    /// <summary>Its photos, below <see cref="Folder"/>.</summary>
    public string Data => _trained.Value.Data;

    public Outcome Outcome => _trained.Value.Outcome;

    public void Dispose()
    {
        if (_trained.IsValueCreated)
            _trained.Value.Program.Dispose();
    }

    private static (PetBreedsProgram Program, string Data, Outcome Outcome) Train()
    {
        var program = new PetBreedsProgram();
        var data = program.Run("data", "sample").Output.Trim();
        var outcome = program.Run(SampleRun.OneThread,
            "train", "--data", "sample", "--arch", "resnet18", "--weights", "none", "--presize", "64", "--size", "48", "--batch-size", "32",
            "--freeze-epochs", "0", "--epochs", "3", "--lr", "3e-3", "--seed", "1", "--precision", "fp32");
        return (program, data, outcome);
    }
}

/// <summary>A copy of what the training left, for the classes of one collection, which may change it.</summary>
public sealed class SampleRun : IDisposable
{
    private readonly Lazy<string> _answer;

    public SampleRun(SampleTraining training)
    {
        Training = training.Outcome;
        foreach (var file in Directory.EnumerateFiles(training.Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Program.Folder, Path.GetRelativePath(training.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        Data = Path.Combine(Program.Folder, Path.GetRelativePath(training.Folder, training.Data));
        _answer = new(() =>
        {
            using var json = JsonDocument.Parse(Program.Run("predict", Photo, "--model", Folder, "--json").Output);
            return json.RootElement[0].GetProperty("predictions")[0].GetProperty("class").GetString()!;
        });
    }

    /// <summary>The run's model, with a limit that makes every photo unlike those it knows.</summary>
    public string StrictModel() => Model("strict.safetensors", description =>
    {
        var calibration = JsonNode.Parse((string)description["calibration"]!)!;
        Assert.InRange((double)calibration["FeatureSpace"]!["Limit"]!, .5, 5);
        calibration["FeatureSpace"]!["Limit"] = 1e-6;
        description["calibration"] = calibration.ToJsonString();
    });

    /// <summary>The run's model with another description, and, where asked for, with the same byte for all of its tensors.</summary>
    public string Model(string name, Action<JsonNode> change, byte? tensors = null)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, "model.safetensors"));
        var end = sizeof(long) + (int)BitConverter.ToInt64(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(sizeof(long), end - sizeof(long)))!;
        change(header["__metadata__"]!);
        var text = header.ToJsonString();
        var changed = Encoding.ASCII.GetBytes(text.PadRight((text.Length + 7) / 8 * 8)); // other letters are escaped
        if (tensors is { } value)
            bytes.AsSpan(end).Fill(value);
        var path = Path.Combine(Program.Folder, name);
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)changed.Length));
        file.Write(changed);
        file.Write(bytes.AsSpan(end));
        return path;
    }

    /// <summary>With the same number of threads a run is the same to the last bit.</summary>
    public static Dictionary<string, string> OneThread { get; } = new() { ["OMP_NUM_THREADS"] = "1" };

    public PetBreedsProgram Program { get; } = new();

    public string Data { get; }

    public Outcome Training { get; }

    public string Folder => Directory.GetDirectories(Path.Combine(Program.Folder, "runs")).Min(StringComparer.Ordinal)!;

    public string Photo => Path.Combine(Data, "images", "Domino_Hound_1.jpg");

    /// <summary>What the model takes the photo for: right or wrong, which depends on the processor that trained it.</summary>
    public string Answer => _answer.Value;

    public void Dispose() => Program.Dispose();
}

/// <summary>Classes that share a copy of the run, one after the other; other collections run beside them.</summary>
public static class Shared
{
    public const string Answers = nameof(Answers), Cleaning = nameof(Cleaning), Server = nameof(Server), Trainings = nameof(Trainings);
}

[CollectionDefinition(Shared.Answers)]
public sealed class AnswersCollection : ICollectionFixture<SampleRun>;

[CollectionDefinition(Shared.Cleaning)]
public sealed class CleaningCollection : ICollectionFixture<SampleRun>;

[CollectionDefinition(Shared.Server)]
public sealed class ServerCollection : ICollectionFixture<SampleRun>;

[CollectionDefinition(Shared.Trainings)]
public sealed class TrainingsCollection : ICollectionFixture<SampleRun>;
