using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PetBreeds.Training;

/// <summary>
/// Adam (Kingma and Ba, 2015) with decoupled weight decay (Loshchilov and Hutter, 2019), with fastai's numbers: second beta .99, epsilon 1e-5,
/// decay .01 applied before the step and not to norms and biases. The first beta is the schedule's momentum, given at each step.
/// </summary>
public sealed class Adam : IDisposable
{
    private const double SquaredBeta = .99;
    private const double Epsilon = 1e-5;

    private readonly IReadOnlyList<IReadOnlyList<Parameter>> _groups;
    private readonly double _weightDecay;
    private readonly Dictionary<nint, State> _states = [];

    /// <param name="groups">Parameters of each group, body first, head last; already on their device.</param>
    /// <param name="weightDecay">Per unit of learning rate; 0 or more.</param>
    public Adam(IReadOnlyList<IReadOnlyList<Parameter>> groups, double weightDecay = .01)
    {
        if (groups.Count == 0 || groups.All(group => group.Count == 0))
            throw new ArgumentException("there is no parameter to optimize", nameof(groups));
        (_groups, _weightDecay) = (groups, weightDecay);
    }

    /// <summary>How many groups there are.</summary>
    public int Groups => _groups.Count;

    /// <summary>Updates every parameter that has a gradient.</summary>
    /// <param name="rates">A learning rate for each group.</param>
    /// <param name="momentum">The first beta.</param>
    public void Step(IReadOnlyList<double> rates, double momentum)
    {
        using var noGradients = no_grad();
        for (var group = 0; group < _groups.Count; group++)
        {
            foreach (var parameter in _groups[group])
            {
                using var gradient = parameter.grad;
                if (gradient is not null)
                    Update(parameter, gradient, rates[group], momentum);
            }
        }
    }

    /// <summary>Drops the gradients, so that the next backward pass writes them instead of adding.</summary>
    public void ZeroGradients()
    {
        foreach (var parameter in _groups.SelectMany(group => group))
            parameter.grad = null;
    }

    /// <summary>Forgets moments and step counts, as fastai does on freeze and unfreeze.</summary>
    public void Reset()
    {
        foreach (var state in _states.Values)
            state.Dispose();
        _states.Clear();
    }

    /// <summary>Frees the state.</summary>
    public void Dispose() => Reset();

    private void Update(Parameter parameter, Tensor gradient, double rate, double momentum)
    {
        using var scope = NewDisposeScope();
        if (!_states.TryGetValue(parameter.Handle, out var state))
            _states[parameter.Handle] = state = new State(parameter);
        state.Steps++;
        if (parameter.dim() > 1) // norms and biases are vectors: no decay
            parameter.mul_(1 - rate * _weightDecay);
        state.Average.mul_(momentum).add_(gradient, 1 - momentum);
        state.SquareAverage.mul_(SquaredBeta).addcmul_(gradient, gradient, 1 - SquaredBeta);
        var scale = rate / (1 - Math.Pow(momentum, state.Steps));
        var root = state.SquareAverage.div(1 - Math.Pow(SquaredBeta, state.Steps)).sqrt_().add_(Epsilon);
        parameter.addcdiv_(state.Average, root, -scale);
    }

    private sealed class State(Tensor parameter) : IDisposable
    {
        public Tensor Average { get; } = zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();

        public Tensor SquareAverage { get; } = zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();

        public int Steps { get; set; }

        public void Dispose()
        {
            Average.Dispose();
            SquareAverage.Dispose();
        }
    }
}
