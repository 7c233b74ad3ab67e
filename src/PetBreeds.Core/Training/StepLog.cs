using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>Steps whose outcome is still on the device; a few are read in one go, for each read waits until the device is done.</summary>
/// <param name="every">Read after so many steps.</param>
/// <param name="done">Told each step in order, once its outcome is read.</param>
internal sealed class StepLog(int every, Action<StepResult> done) : IDisposable
{
    private readonly List<(StepResult Step, Tensor Outcome)> _waiting = [];

    /// <summary>Steps not read yet.</summary>
    public int Waiting => _waiting.Count;

    /// <param name="step">Without its outcome.</param>
    /// <param name="outcome">Of <see cref="TrainStep.Run"/>; disposed here.</param>
    public void Add(StepResult step, Tensor outcome)
    {
        _waiting.Add((step, outcome.DetachFromDisposeScope()));
        if (_waiting.Count >= every)
            Read();
    }

    /// <summary>Reads what waits.</summary>
    public void Read()
    {
        if (_waiting.Count == 0)
            return;
        using var scope = NewDisposeScope();
        var numbers = HostRead.Values(stack(_waiting.Select(item => item.Outcome))); // float32 [waiting, 3]
        StepResult[] steps = [.. _waiting.Select(item => item.Step)];
        Dispose();
        foreach (var (i, step) in steps.Index())
        {
            done(step with { Loss = numbers[3 * i], Skipped = numbers[3 * i + 1] != 0, Scale = numbers[3 * i + 2] });
        }
    }

    /// <summary>Frees what was not read.</summary>
    public void Dispose()
    {
        foreach (var (_, outcome) in _waiting)
            outcome.Dispose();
        _waiting.Clear();
    }
}
