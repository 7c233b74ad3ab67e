using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Models;

/// <summary>A pretrained body under a new head. float32 [N,3,H,W], normalised → logits float32 [N, classes].</summary>
internal sealed class ImageClassifier : Module<Tensor, Tensor>
{
    private readonly Body body;
    private readonly Sequential head;

    /// <param name="plan">The body.</param>
    /// <param name="classes">At least 2.</param>
    /// <param name="kind">The head.</param>
    /// <param name="device">
    /// Where its tensors are made, CPU by default; on <c>META</c> they have shapes only (see <see cref="TensorSlot"/>).
    /// </param>
    public ImageClassifier(Architecture plan, int classes, HeadKind kind = HeadKind.Linear, Device? device = null)
        : base(nameof(ImageClassifier))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        (Classes, Kind) = (classes, kind);
        body = plan.CreateBody(device);
        head = kind == HeadKind.Linear ? LinearHead.Create(plan.Features, classes, device)
            : FastaiHead.Create(plan.Features, classes, device);
        RegisterComponents();
        if (!parameters().Any())
            throw new InvalidOperationException("no parameters were registered: trimming or ahead-of-time compilation removed the fields");
    }

    /// <summary>How many classes it tells apart.</summary>
    public int Classes { get; }

    /// <summary>What its head is.</summary>
    public HeadKind Kind { get; }

    /// <summary>
    /// Whether batch norms keep the statistics they have while the network trains, and count with them: a few photos' own would be worse.
    /// </summary>
    public bool KeepsStatistics { get; set; }

    /// <summary>Whether the early layers, the first of <see cref="ParameterGroups"/>, stay as they are, frozen or not.</summary>
    public bool KeepsEarly { get; set; }

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
        if (Kind == HeadKind.Linear)
            yield return ($"{nameof(body)}.pool", x = body.Pool(x));
        foreach (var (i, layer) in head.children().Cast<Module<Tensor, Tensor>>().Index())
            yield return ($"{nameof(head)}.{i}", x = layer.forward(x));
    }

    /// <summary>What a linear head sees. float32 [N,3,H,W], normalised → [N, features].</summary>
    internal Tensor Features(Tensor input)
    {
        using var map = body.forward(input);
        return body.Pool(map);
    }

    /// <summary>The head alone. float32 [N, features, h, w], from <see cref="Body"/> → logits float32 [N, classes].</summary>
    public Tensor Classify(Tensor features)
    {
        if (Kind == HeadKind.Fastai)
            return head.forward(features);
        using var pooled = body.Pool(features);
        return head.forward(pooled);
    }

    /// <summary>Makes every class of an untrained head start out at a probability under a sigmoid: see <see cref="FastaiHead"/>.</summary>
    /// <param name="probability">Between 0 and 1: the share of photos that have an average class.</param>
    public void StartAt(double probability)
    {
        if (Kind == HeadKind.Linear)
            LinearHead.StartAt(head, probability);
        else
            FastaiHead.StartAt(head, probability);
    }

    /// <summary>Puts the weights of a solved classifier into a linear head.</summary>
    /// <param name="weight">float32 [classes, features], on any device.</param>
    /// <param name="bias">float32 [classes].</param>
    /// <exception cref="InvalidOperationException">The head is not linear.</exception>
    public void SetHead(Tensor weight, Tensor bias)
    {
        if (Kind != HeadKind.Linear)
            throw new InvalidOperationException("only a linear head can be solved");
        LinearHead.Set(head, weight, bias);
    }

    /// <inheritdoc/>
    public override void train(bool train = true)
    {
        base.train(train);
        if (!train || !KeepsStatistics)
            return;
        foreach (var norm in body.modules().OfType<BatchNorm>())
            norm.eval();
    }

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
        if (!KeepsEarly)
            return;
        foreach (var (_, parameter) in ParameterGroups[0])
            parameter.requires_grad_(false);
    }
}
