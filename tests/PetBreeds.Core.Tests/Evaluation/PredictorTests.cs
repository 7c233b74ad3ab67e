using PetBreeds.Evaluation;
using PetBreeds.Models;
using PetBreeds.Models.Weights;
using PetBreeds.Runtime;
using PetBreeds.Tests.Training;
using PetBreeds.Training;
using Xunit;
using static TorchSharp.torch;

namespace PetBreeds.Tests.Evaluation;

public sealed class PredictorTests(TinyData data) : IClassFixture<TinyData>
{
    [Fact]
    public void Prediction_is_what_validation_saw()
    {
        using var session = TinyData.Open(data.Config);
        session.Model.eval();
        var path = Save(session, "model.safetensors");
        using var predictor = new Predictor(path, ComputeDevice.Cpu);
        foreach (var batch in session.Validation.Ordered())
        {
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            var expected = session.Model.forward(session.Transform.Input(batch, CPU)).softmax(1);
            var files = batch.Samples.Select(sample => session.Catalog.Items[sample.Photo].Path);
            foreach (var (row, answer) in predictor.Answers(files, cancel: CancellationToken.None).Index())
                Assert.True(allclose(expected[row].to(ScalarType.Float64), tensor(predictor.Probabilities(answer)), 1e-5, 1e-6));
        }
    }

    [Fact]
    public void A_saved_model_comes_back_to_the_last_bit()
    {
        using var session = TinyData.Open(data.Config);
        var path = Save(session, "again.safetensors");
        var (model, card) = ModelFile.Load(path);
        Assert.Equal(["bluish", "reddish"], card.Classes);
        Assert.Equal((40, 32), (card.Preprocessing.Presize, card.Preprocessing.Size));
        Assert.Equal("somewhere", card.Provenance["data"]);
        foreach (var (a, b) in session.Model.NamedTensors().Zip(model.NamedTensors()))
            Assert.True(Tensors.Same(a.Tensor, b.Tensor), a.Name);
        using var file = WeightFile.Open(path);
        Assert.Contains(file.Tensors, tensor => tensor.Name == "layer1.0.conv1.weight"); // torchvision's own names
    }

    [Fact]
    public void A_model_file_serves_as_starting_weights()
    {
        using var trained = TinyData.Open(data.Config);
        var path = Save(trained, "start.safetensors");
        using var session = TinyData.Open(data.Config with { Weights = InitialWeights.File(path), Seed = 99 });
        foreach (var (a, b) in trained.Model.Body.NamedTensors().Zip(session.Model.Body.NamedTensors()))
            Assert.True(Tensors.Same(a.Tensor, b.Tensor), a.Name);
        Assert.Equal(path, session.Weights.Path);
    }

    [Fact]
    public void Weights_without_a_description_are_no_model()
    {
        var path = data.At("plain.safetensors");
        SafeTensors.Write(path, [("conv1.weight", ones(2))], new Dictionary<string, string>());
        Assert.Contains("no classes", Assert.Throws<UserException>(() => ModelFile.Load(path)).Message);
    }

    [Theory]
    [InlineData("classes", "[\"one\"]")]
    [InlineData("classes", "no json")]
    [InlineData("size", "-5")]
    [InlineData("mean", "[1]")]
    [InlineData("architecture", "resnet7")]
    [InlineData("petbreeds", "99")]
    public void A_damaged_description_is_refused(string key, string value)
    {
        using var session = TinyData.Open(data.Config);
        var path = Save(session, "sound.safetensors");
        using var file = WeightFile.Open(path);
        var metadata = new Dictionary<string, string>(file.Metadata) { [key] = value };
        var damaged = data.At("damaged.safetensors");
        SafeTensors.Write(damaged, file.Tensors.Select(item => (item.Name, file.Read(item.Name))), metadata);
        Assert.Throws<UserException>(() => ModelFile.Load(damaged));
    }

    [Fact]
    public void A_model_in_half_precision_without_counters_is_filled_in()
    {
        using var session = TinyData.Open(data.Config);
        using var file = WeightFile.Open(Save(session, "whole.safetensors"));
        var half = data.At("half.safetensors");
        SafeTensors.Write(half, file.Tensors.Where(item => !item.Name.EndsWith("num_batches_tracked"))
            .Select(item => (item.Name, file.Read(item.Name).to(ScalarType.Float16))), file.Metadata);
        using var model = ModelFile.Load(half).Model;
        foreach (var (expected, actual) in session.Model.NamedTensors().Zip(model.NamedTensors()))
        {
            Assert.Equal((expected.Name, expected.Tensor.dtype), (actual.Name, actual.Tensor.dtype));
            Assert.Equal(TorchSharp.DeviceType.CPU, actual.Tensor.device_type);
            var counter = actual.Name.EndsWith("num_batches_tracked");
            Assert.True(Tensors.Same(counter ? zeros_like(expected.Tensor) : expected.Tensor.half().@float(), actual.Tensor), actual.Name);
        }
        Assert.All(model.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Fact]
    public void What_is_wrong_with_the_device_or_the_weights_is_said_at_the_first_prediction()
    {
        using var session = TinyData.Open(data.Config);
        using var file = WeightFile.Open(Save(session, "good.safetensors"));
        var partial = data.At("short.safetensors");
        SafeTensors.Write(partial, file.Tensors.Where(item => item.Name != "conv1.weight")
            .Select(item => (item.Name, file.Read(item.Name))), file.Metadata);
        string[] photo = [session.Catalog.Items[0].Path];
        using var weightless = new Predictor(partial, ComputeDevice.Cpu);
        Assert.Contains("conv1.weight is missing",
            Assert.Throws<UserException>(() => weightless.Answers(photo, cancel: CancellationToken.None).ToArray()).Message);
        using var nowhere = new Predictor(file.Path, ComputeDevice.Mps);
        Assert.Contains("there is no device 'mps' here", Assert.Throws<UserException>(() =>
            nowhere.Answers(photo, cancel: CancellationToken.None).ToArray()).Message);
    }

    [Theory]
    [InlineData("body.layer1.0.bn1.running_var", float.NaN, "the model's weights are invalid: body.layer1.0.bn1.running_var is not finite")]
    [InlineData("body.layer1.0.bn1.running_var", float.PositiveInfinity,
        "the model's weights are invalid: body.layer1.0.bn1.running_var is not finite")]
    [InlineData("body.layer1.0.bn1.running_var", -1f, "the model's weights are invalid: body.layer1.0.bn1.running_var is negative")]
    [InlineData("head.8.weight", float.PositiveInfinity, "the model's weights are invalid: head.8.weight is not finite")]
    [InlineData("head.8.weight", 3e38f, "the model's output is not a number: its weights are too large to compute with")]
    public void A_model_that_is_not_finite_answers_nothing(string name, float value, string problem)
    {
        using var session = TinyData.Open(data.Config);
        using (no_grad())
            session.Model.NamedTensors().Single(item => item.Name == name).Tensor.fill_(value);
        var path = Save(session, $"{name}{value}.safetensors");
        using var predictor = new Predictor(path, ComputeDevice.Cpu);
        var photos = session.Catalog.Items;
        Action[] ways =
        [
            () => _ = predictor.Predict([photos[0].Path], 1, CancellationToken.None).ToArray(),
            () => Evaluator.Measure(predictor, photos, new EvaluatorOptions(), CancellationToken.None),
            () => Evaluator.Calibrate(predictor, photos, new EvaluatorOptions(), CancellationToken.None),
        ];
        Assert.All(ways, way =>
        {
            var error = Assert.Throws<UserException>(way);
            Assert.Equal((problem, path), (error.Problem, error.Place));
        });
    }

    private string Save(TrainingSession session, string name)
    {
        var path = data.At(name);
        ModelFile.Save(path, session.Model, new ModelCard(session.Model.Body.Plan, session.Catalog.Classes, session.Preprocessing,
            new Dictionary<string, string> { ["data"] = "somewhere" }));
        return path;
    }
}
