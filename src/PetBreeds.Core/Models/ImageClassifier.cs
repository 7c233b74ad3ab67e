using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PetBreeds.Models;

/// <summary>A pretrained body with a new head. float32 [N,3,H,W], normalised → logits float32 [N, classes].</summary>
internal sealed class ImageClassifier : Module<Tensor, Tensor>
{
    private readonly Body body;
    private readonly Sequential head;

    /// <param name="plan">The body.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="kind">The head.</param>
    /// <param name="device">
    /// The device of its tensors, CPU by default; on <c>META</c>, they have only shapes (see <see cref="TensorSlot"/>).
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

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>The kind of its head.</summary>
    public HeadKind Kind { get; }

    /// <summary>
    /// Whether batch norms keep and use their running statistics during training; the statistics of few photos would be worse.
    /// </summary>
    public bool KeepsStatistics { get; set; }

    /// <summary>
    /// Whether the early layers, the first of <see cref="ParameterGroups"/>, stay frozen, whether the body is frozen or not.
    /// </summary>
    public bool KeepsEarly { get; set; }

    /// <summary>The body.</summary>
    public Body Body => body;

    /// <summary>fastai's three parameter groups (early layers, late layers, head), with the names of <c>named_parameters</c>.</summary>
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

    /// <summary>Computes <see cref="forward"/> block by block: the name and output of each. The next block may overwrite it.</summary>
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

    /// <summary>Computes the input of a linear head. float32 [N,3,H,W], normalised → [N, features].</summary>
    internal Tensor Features(Tensor input)
    {
        using var map = body.forward(input);
        return body.Pool(map);
    }

    /// <summary>
    /// Computes <see cref="forward"/> and <see cref="Features"/> at once. float32 [N,3,H,W], normalised → logits [N, classes] and
    /// [N, features].
    /// </summary>
    internal (Tensor Logits, Tensor Features) ForwardWithFeatures(Tensor input)
    {
        using var map = body.forward(input);
        var pooled = body.Pool(map);
        return (head.forward(Kind == HeadKind.Linear ? pooled : map), pooled);
    }

    /// <summary>Computes the head alone. float32 [N, features, h, w], from <see cref="Body"/> → logits float32 [N, classes].</summary>
    public Tensor Classify(Tensor features)
    {
        if (Kind == HeadKind.Fastai)
            return head.forward(features);
        using var pooled = body.Pool(features);
        return head.forward(pooled);
    }

    /// <summary>
    /// Initialises all classes of an untrained head to a probability under a sigmoid; see <see cref="FastaiHead.StartAt"/>.
    /// </summary>
    /// <param name="probability">The probability, between 0 and 1: the share of photos with an average class.</param>
    public void StartAt(double probability)
    {
        if (Kind == HeadKind.Linear)
            LinearHead.StartAt(head, probability);
        else
            FastaiHead.StartAt(head, probability);
    }

    /// <summary>Sets the weights of a linear head to those of a solved classifier.</summary>
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
    /// Freezes or unfreezes the body. Its batch norms and layer norms keep learning when it is frozen, as in fastai (<c>train_bn</c>,
    /// <c>norm_types</c>), because the statistics of new photos differ from ImageNet's.
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
