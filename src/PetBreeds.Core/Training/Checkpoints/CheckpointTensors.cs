using PetBreeds.Models;
using PetBreeds.Runtime;
using PetBreeds.Training.Aids;
using static TorchSharp.torch;

namespace PetBreeds.Training.Checkpoints;

/// <summary>
/// The tensors of a training by name: network, optimizer, loss scale, smoothed loss, the weights' average, and a row for each step.
/// </summary>
/// <param name="model">The network.</param>
/// <param name="optimizer">Over its parameters.</param>
/// <param name="scaler">With float16.</param>
/// <param name="average">Where one is wanted.</param>
internal sealed class CheckpointTensors(ImageClassifier model, Adam optimizer, GradientScaler? scaler, WeightAverage? average)
{
    private const string Model = "model.", Optimizer = "optimizer.", Scaler = "scaler.", Loss = "loss.", Average = "average.", Steps = "steps";
    private const int Columns = 6; // epoch, loss, rate, momentum, skipped, scale

    /// <summary>All of them. Those of network, optimizer and scaler are their own: write them before the next step.</summary>
    /// <param name="state">Steps and smoothed loss.</param>
    /// <param name="atRest">What stands in a buffer's place; null: the buffer itself.</param>
    public IEnumerable<(string Name, Tensor Value)> Gather(TrainState state, Func<string, Tensor?> atRest)
    {
        foreach (var (name, value) in model.NamedTensors())
            yield return (Model + name, atRest(name) ?? value);
        foreach (var (name, value) in optimizer.State())
            yield return (Optimizer + name, value);
        foreach (var (name, value) in scaler?.State() ?? new Dictionary<string, Tensor>())
            yield return (Scaler + name, value);
        foreach (var (name, value) in state.Smoothed.State())
            yield return (Loss + name, value);
        foreach (var (name, value) in average?.State() ?? new Dictionary<string, Tensor>())
            yield return (Average + name, value);
        yield return (Steps, tensor(
            [.. state.Steps.SelectMany(s => new[] { s.Epoch, s.Loss, s.LearningRate, s.Momentum, s.Skipped ? 1 : 0, s.Scale })],
            [state.Steps.Count, Columns], ScalarType.Float64));
    }

    /// <summary>Takes in what <see cref="Gather"/> gave.</summary>
    /// <param name="tensors">On the CPU.</param>
    /// <param name="state">Gets its steps and its smoothed loss.</param>
    /// <exception cref="UserException">One is missing or does not fit; the network may be half filled then.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> tensors, TrainState state)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var network = Under(tensors, Model);
        foreach (var (name, value) in model.NamedTensors())
            value.copy_(SavedState.Require(network, "the network", name, value.dtype, value.shape));
        optimizer.Restore(Under(tensors, Optimizer));
        if (Under(tensors, Scaler) is { Count: > 0 } scale) // none where the run comes from a device that needs no scaler
            scaler?.Restore(scale);
        state.Smoothed.Restore(Under(tensors, Loss));
        average?.Restore(Under(tensors, Average));
        if (!tensors.TryGetValue(Steps, out var rows) || rows.dtype != ScalarType.Float64 || rows.dim() != 2 || rows.shape[1] != Columns)
            throw SavedState.Unfit("the run", $"'{Steps}' is missing or no table of {Columns} columns");
        var numbers = HostRead.Values(rows);
        state.Steps.Clear();
        for (var i = 0; i < rows.shape[0]; i++)
        {
            var row = numbers.AsSpan(i * Columns, Columns);
            state.Steps.Add(new StepResult(i, row[0], row[1], row[2], row[3], row[4] != 0, row[5]));
        }
    }

    private static Dictionary<string, Tensor> Under(IReadOnlyDictionary<string, Tensor> tensors, string prefix) =>
        tensors.Where(item => item.Key.StartsWith(prefix)).ToDictionary(item => item.Key[prefix.Length..], item => item.Value);
}
