using PetBreeds.Runtime;
using static TorchSharp.torch;

namespace PetBreeds.Training.Optimizers;

/// <summary>
/// What one update of Adam reads and writes, list by list, the same parameter at the same place in each. All are float32.
/// </summary>
/// <param name="Parameters">To be updated.</param>
/// <param name="Gradients">Unscaled.</param>
/// <param name="Averages">Of the gradients.</param>
/// <param name="Squares">Averages of their squares.</param>
/// <param name="Steps">[] each, this step counted.</param>
internal sealed record AdamTensors(Tensor[] Parameters, Tensor[] Gradients, Tensor[] Averages, Tensor[] Squares, Tensor[] Steps)
{
    /// <summary>fastai's second beta; PyTorch's is .999.</summary>
    public const double SquaredBeta = .99;

    /// <summary>fastai's; PyTorch's is 1e-8.</summary>
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
