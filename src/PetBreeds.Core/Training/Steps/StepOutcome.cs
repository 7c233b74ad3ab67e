using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Steps;

/// <summary>The outcome of a step, still on the device: reading it waits for the device.</summary>
/// <param name="Values">float32 [3]: mean loss, 1 if the update was skipped (otherwise 0), and the scale of the loss.</param>
internal sealed record StepOutcome(Tensor Values) : IDisposable
{
    /// <summary>Reads several outcomes at once, because each read waits for the device.</summary>
    public static IEnumerable<(double Loss, bool Skipped, double Scale)> Read(IReadOnlyList<StepOutcome> outcomes)
    {
        using var scope = NewDisposeScope();
        var numbers = HostRead.Values(stack(outcomes.Select(outcome => outcome.Values))); // float32 [outcomes, 3]
        return outcomes.Select((_, i) => (numbers[3 * i], numbers[3 * i + 1] != 0, numbers[3 * i + 2]));
    }

    /// <summary>The mean loss of the batch; waits for the device.</summary>
    public double ReadLoss() => HostRead.Values(Values)[0];

    /// <summary>Frees the tensor.</summary>
    public void Dispose() => Values.Dispose();
}
