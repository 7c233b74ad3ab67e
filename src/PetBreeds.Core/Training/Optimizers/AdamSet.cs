using PetBreeds.Runtime;
using PetBreeds.Training.State;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PetBreeds.Training.Optimizers;

/// <summary>Parameters that share a learning rate and a weight decay, and their moments.</summary>
/// <param name="group">Index of the learning rate.</param>
/// <param name="parameters">At least one.</param>
/// <param name="weightDecay">Per unit of learning rate.</param>
/// <param name="fused">Whether libtorch's fused kernels update them.</param>
internal sealed class AdamSet(int group, (string Name, Parameter Value)[] parameters, double weightDecay, bool fused)
{
    private const string AverageName = "exp_avg", SquareName = "exp_avg_sq", StepName = "step"; // PyTorch's names

    private readonly Tensor?[] _averages = new Tensor?[parameters.Length];
    private readonly Tensor?[] _squares = new Tensor?[parameters.Length];
    private readonly Tensor?[] _gradients = new Tensor?[parameters.Length];
    private Tensor[] _steps = []; // float32 [] each, views of _allSteps
    private Tensor? _allSteps; // float32 [parameters]
    private Tensor? _learning; // float32 [parameters]: 1 for each one with a gradient
    private int[] _active = []; // those with a gradient
    private AdamTensors? _tensors; // of the active ones

    public int Group => group;

    /// <summary>Collects the gradients there are; they are disposed by <see cref="ZeroGradients"/>.</summary>
    public void TakeGradients()
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            _gradients[i]?.Dispose();
            _gradients[i] = parameters[i].Value.grad?.DetachFromDisposeScope(); // or the scope would grow with each one
        }
        if (_tensors is null || !SameActive())
            Activate([.. Enumerable.Range(0, parameters.Length).Where(i => _gradients[i] is not null)]);
        for (var i = 0; i < _active.Length; i++)
            _tensors!.Gradients[i] = _gradients[_active[i]]!;
    }

    /// <summary>Multiplies the gradients; <paramref name="skip"/> becomes 1 if one is not finite.</summary>
    public void Unscale(Tensor skip, Tensor inverseScale)
    {
        if (_active.Length == 0)
            return;
        if (fused)
        {
            using var call = new AtenCall("aten::_amp_foreach_non_finite_check_and_unscale_");
            call.Add(_tensors!.Gradients).Add(skip).Add(inverseScale).Run();
        }
        else
        {
            AdamLoop.Unscale(_tensors!.Gradients, skip, inverseScale);
        }
    }

    /// <param name="rate">Learning rate.</param>
    /// <param name="momentum">The first beta.</param>
    /// <param name="skip">float32 []: 1 skips the update; null for 0.</param>
    /// <param name="advance">float32 []: 1 − <paramref name="skip"/>; null for 1.</param>
    public void Update(double rate, double momentum, Tensor? skip, Tensor? advance)
    {
        if (_active.Length == 0)
            return;
        _allSteps!.AddInPlace(advance is null ? _learning! : _learning!.mul(advance));
        if (fused)
            _tensors!.Fused(rate, momentum, weightDecay, skip);
        else
            AdamLoop.Update(_tensors!, rate, momentum, weightDecay, skip);
    }

    public void ZeroGradients()
    {
        foreach (var (_, parameter) in parameters)
            parameter.grad = null;
        foreach (var gradient in _gradients)
            gradient?.Dispose();
        Array.Clear(_gradients);
    }

    public void Reset()
    {
        foreach (var tensor in (Tensor?[])[.. _averages, .. _squares, .. _steps, _allSteps, _learning])
            tensor?.Dispose();
        Array.Clear(_averages);
        Array.Clear(_squares);
        (_steps, _allSteps, _learning, _active, _tensors) = ([], null, null, [], null);
    }

    public IEnumerable<(string Name, Tensor Value)> State()
    {
        foreach (var (i, (name, _)) in parameters.Index())
        {
            if (_averages[i] is not { } average)
                continue;
            yield return ($"{name}.{AverageName}", average);
            yield return ($"{name}.{SquareName}", _squares[i]!);
            yield return ($"{name}.{StepName}", _steps[i]);
        }
    }

    /// <summary>Checks the shapes of this set's tensors and removes their names from a set.</summary>
    public void RequireFits(IReadOnlyDictionary<string, Tensor> state, HashSet<string> left)
    {
        foreach (var (name, parameter) in parameters)
        {
            if (!left.Remove($"{name}.{AverageName}"))
                continue;
            SavedState.Require(state, "the optimizer", $"{name}.{AverageName}", ScalarType.Float32, parameter.shape);
            SavedState.Require(state, "the optimizer", $"{name}.{SquareName}", ScalarType.Float32, parameter.shape);
            SavedState.Require(state, "the optimizer", $"{name}.{StepName}", ScalarType.Float32, []);
            left.Remove($"{name}.{SquareName}");
            left.Remove($"{name}.{StepName}");
        }
    }

    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        using var noGradients = no_grad();
        Reset();
        for (var i = 0; i < parameters.Length; i++)
        {
            var name = parameters[i].Name;
            if (!state.TryGetValue($"{name}.{AverageName}", out var average))
                continue;
            MakeMoments(i);
            _averages[i]!.copy_(average);
            _squares[i]!.copy_(state[$"{name}.{SquareName}"]);
            _steps[i].copy_(state[$"{name}.{StepName}"]);
        }
    }

    private bool SameActive()
    {
        var next = 0;
        for (var i = 0; i < _gradients.Length; i++)
        {
            var expected = next < _active.Length && _active[next] == i;
            if (_gradients[i] is not null != expected)
                return false;
            next += expected ? 1 : 0;
        }
        return true;
    }

    private void Activate(int[] active)
    {
        using var scope = NewDisposeScope();
        foreach (var i in active)
            MakeMoments(i);
        _learning?.Dispose();
        _learning = tensor([.. parameters.Index().Select(item => Array.BinarySearch(active, item.Index) >= 0 ? 1f : 0f)],
            device: parameters[0].Value.device).DetachFromDisposeScope();
        _active = active;
        _tensors = new AdamTensors(
            [.. active.Select(i => parameters[i].Value)], new Tensor[active.Length],
            [.. active.Select(i => _averages[i]!)], [.. active.Select(i => _squares[i]!)], [.. active.Select(i => _steps[i])]);
    }

    private void MakeMoments(int i)
    {
        if (_allSteps is null)
        {
            _allSteps = zeros(parameters.Length, device: parameters[0].Value.device).DetachFromDisposeScope();
            _steps = [.. Enumerable.Range(0, parameters.Length).Select(j => _allSteps.select(0, j).DetachFromDisposeScope())];
        }
        // With the parameter's memory layout, too: the kernel walks all of them in parallel.
        _averages[i] ??= zeros_like(parameters[i].Value, requires_grad: false).DetachFromDisposeScope();
        _squares[i] ??= zeros_like(parameters[i].Value, requires_grad: false).DetachFromDisposeScope();
    }
}
