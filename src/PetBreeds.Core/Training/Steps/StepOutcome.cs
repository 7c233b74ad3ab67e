using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Steps;

/// <summary>What a step came to, still on the device: reading it waits until the device is done.</summary>
/// <param name="Values">float32 [3]: mean loss, 1 where the update was skipped (else 0), scale of the loss.</param>
internal sealed record StepOutcome(Tensor Values) : IDisposable
{
    /// <summary>Reads outcomes in one go: each read waits.</summary>
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
