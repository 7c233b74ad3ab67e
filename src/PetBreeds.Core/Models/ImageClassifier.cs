using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Models;

/// <summary>A pretrained body under a new head. float32 [N,3,H,W], normalised → logits float32 [N, classes].</summary>
public sealed class ImageClassifier : Module<Tensor, Tensor>
{
    private readonly Body body;
    private readonly Sequential head;

    /// <param name="plan">The body.</param>
    /// <param name="classes">At least 2.</param>
    /// <param name="device">
    /// Where its tensors are made, CPU by default; on <c>META</c> they have shapes only (see <see cref="TensorSlot"/>).
    /// </param>
    public ImageClassifier(Architecture plan, int classes, Device? device = null) : base(nameof(ImageClassifier))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        Classes = classes;
        body = plan.CreateBody(device);
        head = Head.Create(plan.Features, classes, device);
        RegisterComponents();
        if (!parameters().Any())
            throw new InvalidOperationException("no parameters were registered: trimming or ahead-of-time compilation removed the fields");
    }

    /// <summary>How many classes it tells apart.</summary>
    public int Classes { get; }

    /// <summary>The body.</summary>
    public Body Body => body;

    /// <summary>fastai's three parameter groups, early layers, late layers, head, with the names of <c>named_parameters</c>.</summary>
    public IReadOnlyList<IReadOnlyList<(string Name, Parameter Value)>> ParameterGroups
    {
        get
        {
            var names = named_parameters().ToDictionary(item => item.parameter.Handle, item => item.name);
            return
            [
                .. body.Groups.Append([head]).Select(group => (IReadOnlyList<(string, Parameter)>)
                    [.. group.SelectMany(module => module.parameters()).Select(parameter => (names[parameter.Handle], parameter))]),
            ];
        }
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var features = body.forward(input);
        return Classify(features);
    }

    /// <summary>
    /// What <see cref="forward"/> computes, block by block: the name of each and its output. The next block may overwrite it.
    /// </summary>
    internal IEnumerable<(string Name, Tensor Output)> Walk(Tensor input)
    {
        var x = input;
        foreach (var (name, output) in body.Walk(input))
            yield return ($"{nameof(body)}.{name}", x = output);
        foreach (var (i, layer) in head.children().Cast<Module<Tensor, Tensor>>().Index())
            yield return ($"{nameof(head)}.{i}", x = layer.forward(x));
    }

    /// <summary>The head alone. float32 [N, features, h, w], from <see cref="Body"/> → logits float32 [N, classes].</summary>
    public Tensor Classify(Tensor features) => head.forward(features);

    /// <summary>Makes every class of an untrained head start out at a probability under a sigmoid: see <see cref="Head"/>.</summary>
    /// <param name="probability">Between 0 and 1: the share of photos that have an average class.</param>
    public void StartAt(double probability) => Head.StartAt(head, probability);

    /// <summary>
    /// Freezes or unfreezes the body. Its batch norms and layer norms go on learning when frozen, as fastai's do (<c>train_bn</c>,
    /// <c>norm_types</c>): statistics of new photos differ from ImageNet's.
    /// </summary>
    public void Freeze(bool frozen)
    {
        foreach (var module in body.modules())
        {
            foreach (var (_, parameter) in module.named_parameters(recurse: false))
                parameter.requires_grad_(!frozen || module is BatchNorm or TorchSharp.Modules.LayerNorm);
        }
    }
}
