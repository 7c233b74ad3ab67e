using PetBreeds.Batches;
using PetBreeds.Distributed;
using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Steps;

/// <summary>Loss and error over a split, measured on centre crops.</summary>
/// <param name="Loss">Mean loss over the photos.</param>
/// <param name="Error">
/// Share of photos whose top class is wrong, 0 to 1. If photos may have several labels: share of wrong answers to all questions "does photo
/// n have class c?", with yes from a probability of ½ (1 − fastai's <c>accuracy_multi</c>).
/// </param>
/// <param name="F1">Mean F1 over the classes that have photos or were predicted, if photos may have several labels; otherwise null.</param>
internal sealed record Validation(double Loss, double Error, double? F1 = null)
{
    /// <summary>
    /// One pass over the loader's photos, of which each process has its share; the model is left in evaluation mode. Sums stay on the
    /// device and are read once.
    /// </summary>
    internal static Validation Run(Learner learner, BatchLoader loader, Action batchDone, CancellationToken cancel)
    {
        learner.Model.eval();
        using var noGradients = inference_mode();
        using var outer = NewDisposeScope();
        // sums of losses and of wrong shares; then, with several labels, true positives, predicted and actual positives of each class
        Tensor? total = null;
        var photos = 0; // without those that cannot be decoded
        foreach (var batch in loader.Ordered())
        {
            using (batch)
            {
                cancel.ThrowIfCancellationRequested();
                total ??= Zeros(batch, learner.Device);
                AddBatch(total, batch, learner);
            }
            photos += batch.Count;
            batchDone();
        }
        double[] own = total is null ? [] : [photos, .. HostRead.Values(total)];
        var all = learner.Group.Gather(own).Where(sums => sums.Length > 0).ToArray();
        if (all.Length == 0)
            throw new UserException("none of the validation photos can be decoded", null, "Check the files.")
            {
                Next = NextStep.VerifyData,
            };
        double[] sums = [.. Enumerable.Range(0, all[0].Length).Select(i => all.Sum(part => part[i]))];
        return new Validation(sums[1] / sums[0], sums[2] / sums[0], sums.Length > 3 ? MacroF1(sums.AsSpan(3)) : null);
    }

    private static Tensor Zeros(Batch batch, Device device) =>
        zeros(batch.Labels.dim() == 2 ? 2 + 3 * batch.Labels.shape[1] : 2, DeviceTraits.Of(device).WidestFloat, device);

    /// <summary>In evaluation mode, a photo's logits do not depend on the others: any micro-batches give the same sums.</summary>
    private static void AddBatch(Tensor total, Batch batch, Learner learner)
    {
        using var outer = NewDisposeScope();
        total.AddInPlace(learner.MicroBatches.Forward(batch.Count, learner.Device, () =>
        {
            using var scope = NewDisposeScope();
            var sums = zeros_like(total);
            foreach (var (start, count) in learner.MicroBatches.Of(batch.Count, fewest: 1))
            {
                using var inner = NewDisposeScope();
                var (logits, labels, loss) = learner.Evaluate(batch, start, count);
                sums.AddInPlace(cat([loss.Mul(batch.Count).unsqueeze(0), Wrong(logits, labels)]));
            }
            return sums.MoveToOuterDisposeScope();
        }));
    }

    /// <summary>float32 [1], or with several labels [1 + 3·classes].</summary>
    private static Tensor Wrong(Tensor logits, Tensor labels)
    {
        if (labels.dim() == 1)
            return logits.argmax(1).ne(labels).sum().to(ScalarType.Float32).unsqueeze(0);
        // a logit above 0 is a probability above ½
        var (yes, has) = (logits.Gt(0).to(ScalarType.Float32), labels.Gt(.5).to(ScalarType.Float32));
        return cat([yes.ne(has).to(ScalarType.Float32).mean([1]).sum().unsqueeze(0), yes.mul(has).sum([0]), yes.sum([0]), has.sum([0])]);
    }

    private static double MacroF1(ReadOnlySpan<double> sums)
    {
        var (classes, counted, total) = (sums.Length / 3, 0, 0.0);
        for (var i = 0; i < classes; i++)
        {
            var (both, either) = (sums[i], sums[classes + i] + sums[2 * classes + i]);
            if (either > 0)
                (counted, total) = (counted + 1, total + 2 * both / either);
        }
        return counted > 0 ? total / counted : double.NaN;
    }
}
