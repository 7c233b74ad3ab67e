using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using PetBreeds.Models.Weights;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Checkpoints;

/// <summary>
/// The checkpoints of one run: <c>step-N.safetensors</c> with all tensors, then <c>step-N.json</c> with the rest and a checksum over both.
/// Each file is written under a temporary name, flushed and renamed, and an older checkpoint is removed only when a newer one is complete.
/// This also holds for two checkpoints of the same step: the tensors of every second one are in <c>step-N.b.safetensors</c>.
/// </summary>
/// <param name="folder">The folder, created when the first checkpoint is saved.</param>
internal sealed class CheckpointFolder(string folder)
{
    /// <summary>Version of the layout that this program writes, and the newest that it reads.</summary>
    public const int Format = 1;

    private const string Prefix = "step-", Json = ".json", Tensors = ".safetensors", Second = ".b.safetensors";

    /// <summary>The folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>Saves a checkpoint, then removes those that need not be kept.</summary>
    /// <param name="info">The checkpoint's description, without its checksum.</param>
    /// <param name="tensors">Names and tensors, on any device.</param>
    /// <param name="keep">How many end-of-epoch checkpoints to keep besides the newest one.</param>
    /// <exception cref="UserException">The checkpoint cannot be written; earlier ones are untouched.</exception>
    internal void Save(CheckpointInfo info, IEnumerable<(string Name, Tensor Value)> tensors, int keep)
    {
        try
        {
            Directory.CreateDirectory(Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"the folder cannot be created:  {e.Message}", Folder, "Check its permissions and the free space.", e);
        }
        var second = Try(() => JsonFile.Read<CheckpointInfo>(At(info.Step, Json), "")) is { Tensors: null };
        info = info with { Tensors = second ? Path.GetFileName(At(info.Step, Second)) : null };
        var file = TensorsOf(info);
        SafeTensors.Write(file, tensors, new Dictionary<string, string> { ["petbreeds.checkpoint"] = Text(Format) });
        JsonFile.Write(At(info.Step, Json), info with { Sha256 = Sum(file, info) });
        Try(() => File.Delete(At(info.Step, second ? Tensors : Second)));
        Try(() => Prune(info.Step, keep));
    }

    /// <summary>The newest intact checkpoint; null if there are no checkpoints.</summary>
    /// <param name="damaged">Called for each newer one that is damaged.</param>
    /// <exception cref="UserException">A checkpoint was written by a newer program, or none is intact.</exception>
    public CheckpointInfo? Newest(Action<string> damaged)
    {
        ArgumentNullException.ThrowIfNull(damaged);
        UserException? last = null;
        foreach (var step in Steps())
        {
            if (FormatOf(step) is > Format and var format)
                throw new UserException($"the checkpoint has format {format}, but this program reads formats up to {Format}",
                    At(step, Json),
                    "Resume it with the newer petbreeds that wrote it.");
            try
            {
                var info = JsonFile.Read<CheckpointInfo>(At(step, Json), "");
                RequireWhole(info, step);
                return info;
            }
            catch (UserException e)
            {
                damaged(e.Message);
                last = e;
            }
        }
        return last is null ? null : throw new UserException("this run has no intact checkpoint", Folder,
            "Start the run again with its config.yaml.", last);
    }

    /// <summary>Reads the tensors of a checkpoint, on the CPU. The caller disposes them.</summary>
    /// <exception cref="UserException">The file is missing or damaged.</exception>
    internal Dictionary<string, Tensor> Read(CheckpointInfo info)
    {
        using var file = WeightFile.Open(TensorsOf(info));
        return file.Tensors.ToDictionary(tensor => tensor.Name, tensor => file.Read(tensor.Name));
    }

    /// <summary>After the end of a run, removes all checkpoints except those to keep.</summary>
    /// <param name="keep">How many to keep.</param>
    public void Finish(int keep)
    {
        foreach (var step in Steps().Skip(keep).ToArray())
            Remove(step);
        if (keep == 0 && Directory.Exists(Folder))
            Try(() => Directory.Delete(Folder, recursive: true));
    }

    private void RequireWhole([NotNull] CheckpointInfo? info, int step)
    {
        if (info?.Step != step)
            throw new UserException("this checkpoint belongs to another step, or is not a checkpoint", At(step, Json));
        var file = TensorsOf(info);
        if (Sum(file, info) != info.Sha256)
            throw new UserException("the checkpoint is damaged: its checksum differs", file);
    }

    /// <summary>Steps with a checkpoint, newest first.</summary>
    private IEnumerable<int> Steps() => Directory.Exists(Folder)
        ? Directory.GetFiles(Folder, Prefix + "*" + Json).Select(StepOf).Where(step => step >= 0).OrderDescending()
        : [];

    /// <summary>The step in a file's name; -1 if it contains none.</summary>
    private static int StepOf(string path)
    {
        var name = Path.GetFileName(path.AsSpan())[Prefix.Length..];
        var end = name.IndexOf('.');
        return end > 0 && int.TryParse(name[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1;
    }

    /// <summary>Keeps the newest checkpoint and some end-of-epoch ones; also removes files that a crash left half-written.</summary>
    private void Prune(int newest, int keep)
    {
        HashSet<int> kept = [newest, .. Steps().Where(step => step < newest && IsEpochEnd(step)).Take(keep)];
        foreach (var step in Steps().Where(step => !kept.Contains(step)).ToArray())
            Remove(step);
        foreach (var path in Directory.GetFiles(Folder, Prefix + "*").Where(path => !kept.Contains(StepOf(path))))
            Try(() => File.Delete(path));
    }

    private bool IsEpochEnd(int step) => Try(() => JsonFile.Read<CheckpointInfo>(At(step, Json), "")) is { EpochEnd: true };

    /// <summary>The format of a checkpoint; 0 if the file cannot be read, which is reported later.</summary>
    private int FormatOf(int step) => Try(() => JsonFile.Read<Header>(At(step, Json), ""))?.Format ?? 0;

    /// <summary>Path of the tensor file. Any folder in the name given by the JSON file is ignored.</summary>
    private string TensorsOf(CheckpointInfo info) =>
        info.Tensors is { } name ? Path.Combine(Folder, Path.GetFileName(name)) : At(info.Step, Tensors);

    /// <summary>Returns null if the file does not exist or cannot be read.</summary>
    private static T? Try<T>(Func<T?> read) where T : class
    {
        try
        {
            return read();
        }
        catch (UserException)
        {
            return null;
        }
    }

    private void Remove(int step) => Try(() =>
    {
        File.Delete(At(step, Json)); // first: tensors alone are not a checkpoint
        File.Delete(At(step, Tensors));
        File.Delete(At(step, Second));
    });

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A leftover file takes space but does no harm; the next call tries again.
        }
    }

    /// <summary>The checksum over both files.</summary>
    private static string Sum(string file, CheckpointInfo info)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sum.AppendData(JsonFile.Bytes(info with { Sha256 = "" }));
        var part = new byte[1 << 20];
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            for (int read; (read = stream.Read(part)) > 0;)
                sum.AppendData(part, 0, read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"the checkpoint cannot be read: {e.Message}", file, null, e);
        }
        return Convert.ToHexStringLower(sum.GetHashAndReset());
    }

    private string At(int step, string extension) =>
        Path.Combine(Folder, Prefix + step.ToString("D6", CultureInfo.InvariantCulture) + extension);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The fields that every format has.</summary>
    private sealed record Header(int Format);
}
