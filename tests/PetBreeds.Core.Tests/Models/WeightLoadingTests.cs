using PetBreeds.Models;
using PetBreeds.Models.Weights;
using PetBreeds.Tests.Catalog;
using PetBreeds.Tests.Models.Weights;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Models;

/// <summary>Weights under the names that people's files have.</summary>
public sealed class WeightLoadingTests : IDisposable
{
    private static readonly Architecture Plan = Architecture.Named("resnet18");

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly ScratchFile _file = new();

    [Theory]
    [InlineData("")]
    [InlineData("module.")]
    [InlineData("_orig_mod.module.")]
    [InlineData("model.net.backbone.encoder.")]
    [InlineData("0.")]
    [InlineData("layer1.")] // a network that is itself in a layer1
    [InlineData("a.very.long.way.down.to.the.network.")]
    [InlineData("ema.module.")] // the only copy
    public void Any_prefix_is_found_and_any_head_passed_over(string prefix)
    {
        var taken = Load(Body(prefix).Concat(
            [(prefix + "last_linear.weight", ones(3)), ("queue", ones(2)), ("optimizer.0.exp_avg", ones(1))]));
        Assert.Equal((prefix == "" ? "" : $"taken: the names after `{prefix}`; ")
            + $"skipped: `{prefix}last_linear` (1), `queue` (1), `optimizer` (1)", taken);
    }

    [Theory]
    [InlineData("encoder_k.", "encoder_q.", "encoder_q.")]
    [InlineData("state_dict.module.", "state_dict_ema.module.", "state_dict.module.")]
    [InlineData("model_ema.module.", "model.", "model.")]
    [InlineData("teacher.backbone.", "student.backbone.", "student.backbone.")]
    [InlineData("target_encoder.net.", "online_encoder.net.", "online_encoder.net.")]
    [InlineData("momentum.", "module.", "module.")]
    [InlineData("second.", "first.", "second.")] // nothing tells them apart: the order of the file
    public void Of_two_copies_the_trained_one_is_taken_and_both_are_named(string first, string second, string taken)
    {
        var said = Load(Body(first, first == taken ? 1 : 2).Concat(Body(second, second == taken ? 1 : 2)));
        Assert.Equal(
            $"taken: the names after `{taken}`; other copies that fit: the names after `{(taken == first ? second : first)}`", said);
    }

    [Theory]
    [InlineData("0.0.weight", "0.1.running_var", "0.4.0.conv1.weight", "0.7.1.bn2.bias", "0.5.0.downsample.0.weight", "0.",
        "positions in a Sequential, as in fastai")]
    [InlineData("net.layer0.0.weight", "net.layer0.1.running_var", "net.layer1.0.conv1.weight", "net.layer4.1.bn2.bias",
        "net.layer2.0.downsample.0.weight",
        "net.", "layer0 for conv1 and bn1")]
    [InlineData("resnet.embedder.embedder.convolution.weight", "resnet.embedder.embedder.normalization.running_var",
        "resnet.encoder.stages.0.layers.0.layer.0.convolution.weight", "resnet.encoder.stages.3.layers.1.layer.1.normalization.bias",
        "resnet.encoder.stages.1.layers.0.shortcut.convolution.weight", "resnet.", "Hugging Face transformers' names")]
    public void Other_programs_names_are_known(
        string stem, string statistics, string convolution, string bias, string shortcut, string prefix, string program)
    {
        var naming = Plan.Namings.Single(naming => naming.Program == program);
        var tensors = Body("").Select(item => (Name: prefix + naming.Of(item.Name), item.Tensor)).ToArray();
        Assert.All([stem, statistics, convolution, bias, shortcut], name => Assert.Contains(name, tensors.Select(item => item.Name)));
        Assert.Equal(tensors.Length, tensors.DistinctBy(item => item.Name).Count());
        Assert.Equal(
            $"taken: the names after `{prefix}` ({program})", Load(tensors));
    }

    [Fact]
    public void Wrappers_within_the_network_are_left_out_of_the_names() =>
        Assert.Equal("taken: the names after `net.` (with wrapper names such as `_orig_mod` removed); skipped: `fc` (1)",
            Load(Body("net._fsdp_wrapped_module.").Select(item => (item.Name.Replace("layer2.", "layer2._orig_mod._x."), item.Tensor))
                .Append(("fc.bias", ones(1)))));

    [Fact]
    public void A_file_of_this_body_alone_needs_no_word() => Assert.Null(Load(Body("")));

    [Fact]
    public void Step_counters_may_be_missing() => Assert.Null(Load(Body("").Where(item => !WeightSet.IsCounter(item.Name))));

    [Fact]
    public void What_does_not_fit_is_shown_by_its_own_names_first()
    {
        var (problem, remedy) = Refuse(Body("net.").Where(item => item.Name != "net.conv1.weight")
            .Select(item => item.Name == "net.bn1.weight" ? (item.Name, ones(1)) : item)
            .Append(("net.layer1.0.se.fc.weight", ones(2))).Append(("net.head.weight", ones(2))).Prepend(("queue", ones(2))));
        Assert.Matches("""
            ^the weights do not fit the network[.]
            The file has 122 tensors:
              `net.bn1.weight` \[1\]
              (.|\n)*
              and 116 more
            Compared with resnet18, the names after `net.` show 3 differences:
              net.conv1.weight is missing
              net.bn1.weight is \[1\], not \[64\]
              net.layer1.0.se.fc.weight is not in the network$
            """.ReplaceLineEndings("\n"), problem);
        Assert.Contains("Give weights of a resnet18", remedy);
    }

    [Fact]
    public void Names_of_another_network_are_shown_beside_the_expected()
    {
        var (problem, _) = Refuse([("encoder.patch_embed.proj.weight", ones(8, 3, 4, 4)), ("encoder.head.conv1.weight", ones(2))]);
        Assert.Contains("The file has 2 tensors:\n  `encoder.patch_embed.proj.weight` [8, 3, 4, 4]\n", problem);
        Assert.Contains("resnet18 has 120:\n  `conv1.weight` [64, 3, 7, 7]", problem);
        Assert.Contains("has 1 tensor:\n  `w\u003f", Refuse([("w\u001b[2J", ones(1))]).Problem); // control characters are not passed on
    }

    [Fact]
    public void Weights_of_another_architecture_are_recognised()
    {
        using var other = Architecture.Named("resnet34").CreateBody();
        var (problem, remedy) = Refuse(other.NamedTensors().Select(item => ("model." + item.Name, item.Tensor)));
        Assert.Contains("model.layer1.2.conv1.weight is not in the network", problem);
        Assert.Equal("These are resnet34 weights: use `arch resnet34`, or give other weights.", remedy);
    }

    [Fact]
    public void Whole_numbers_are_no_weights() => Assert.Contains("conv1.weight holds int8 numbers, not weights",
        Refuse(Body("").Select(item => item.Name == "conv1.weight" ? (item.Name, item.Tensor.to(ScalarType.Int8)) : item)).Problem);

    [Fact]
    public void A_module_beside_other_tensors_is_named_where_no_weights_are()
    {
        File.WriteAllBytes(_file.Path, TorchArchive.Zip(TorchArchive.Pickle(
            ("model", "ctorchvision.models.resnet\nResNet\n)\x81}b"),
            ("optimizer", TorchArchive.Items(("a", TorchArchive.Tensor([2], [1])))))));
        Assert.Contains("whole module (`torchvision.models.resnet.ResNet`)", Refuse().Problem);
        File.WriteAllBytes(_file.Path, TorchArchive.Zip(TorchArchive.Pickle(
            ("conv1.weight", "ctorch._utils\n_rebuild_qtensor\n)R"), ("bn1.num_batches_tracked", TorchArchive.Tensor([2], [1])))));
        Assert.Contains("`torch._utils._rebuild_qtensor`, which is neither a plain tensor", Refuse().Problem);
    }

    [Fact]
    public void A_model_whose_tensors_differ_from_its_description_is_refused()
    {
        using var model = new ImageClassifier(Plan, 2);
        SafeTensors.Write(_file.Path, Body("").Append(("conv9.weight", ones(1))), new Dictionary<string, string>());
        using var file = WeightFile.Open(_file.Path);
        var error = Assert.Throws<UserException>(() => WeightLoading.Fill([.. model.Body.TensorSlots()], file, _file.Path));
        Assert.Contains("weights do not match its own description (1 difference):\n  conv9.weight is not in the network", error.Problem);
    }

    public void Dispose()
    {
        _scope.Dispose();
        _file.Dispose();
    }

    /// <summary>The tensors of a body, each filled with one number that tells bodies apart.</summary>
    private static IEnumerable<(string Name, Tensor Tensor)> Body(string prefix, int filling = 1)
    {
        using var body = Plan.CreateBody(META);
        return [.. body.NamedTensors().Select(item => (prefix + item.Name, full(item.Tensor.shape, filling, item.Tensor.dtype)))];
    }

    /// <summary>Loads a file of these tensors; what is loaded must be those filled with 1.</summary>
    private string? Load(IEnumerable<(string, Tensor)> tensors)
    {
        using var body = Plan.CreateBody();
        var said = Load(body, tensors);
        Assert.All(body.NamedTensors().Where(item => !WeightSet.IsCounter(item.Name)), item =>
            Assert.True(item.Tensor.eq(1).all().item<bool>(), item.Name));
        return said;
    }

    private string? Load(PetBreeds.Models.Body body, IEnumerable<(string, Tensor)>? tensors)
    {
        if (tensors is not null)
            SafeTensors.Write(_file.Path, tensors, new Dictionary<string, string>());
        using var file = WeightFile.Open(_file.Path);
        return WeightLoading.LoadBody(body, file, _file.Path);
    }

    private (string Problem, string Remedy) Refuse(IEnumerable<(string, Tensor)>? tensors = null)
    {
        using var body = Plan.CreateBody();
        var before = body.NamedTensors().Select(item => item.Tensor.clone()).ToArray();
        var error = Assert.Throws<UserException>(() => Load(body, tensors));
        // nothing was changed
        Assert.All(body.NamedTensors().Zip(before), pair => Assert.True(Tensors.Same(pair.First.Tensor, pair.Second), pair.First.Name));
        return (error.Problem, error.Remedy!);
    }
}
