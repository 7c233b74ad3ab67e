using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Optimizers;

/// <summary>
/// The tensors that one Adam update reads and writes, as lists in which each parameter has the same index. All are float32.
/// </summary>
/// <param name="Parameters">Parameters to update.</param>
/// <param name="Gradients">Gradients, unscaled.</param>
/// <param name="Averages">Moving averages of the gradients.</param>
/// <param name="Squares">Moving averages of their squares.</param>
/// <param name="Steps">Step counts, [] each, including this step.</param>
internal sealed record AdamTensors(Tensor[] Parameters, Tensor[] Gradients, Tensor[] Averages, Tensor[] Squares, Tensor[] Steps)
{
    /// <summary>fastai's second beta; PyTorch's is .999.</summary>
    public const double SquaredBeta = .99;

    /// <summary>fastai's epsilon; PyTorch's is 1e-8.</summary>
    public const double Epsilon = 1e-5;

    /// <summary>The update in one kernel (torch/optim/adamw.py, fused).</summary>
    public void Fused(double rate, double momentum, double weightDecay, Tensor? skip)
    {
        using var call = new AtenCall("aten::_fused_adamw_");
        call.Add(Parameters).Add(Gradients).Add(Averages).Add(Squares).Add([]).Add(Steps)
            .Add(rate).Add(momentum).Add(SquaredBeta).Add(weightDecay).Add(Epsilon).Add(false).Add(false) // amsgrad, maximize
            .AddOptional(null).AddOptional(skip) // grad_scale, found_inf
            .Run();
    }
}
