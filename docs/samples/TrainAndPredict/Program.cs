using PetBreeds.Evaluation;
using PetBreeds.Models;
using PetBreeds.Runs;
using PetBreeds.Training.Configuration;

var options = new TrainOptions
{
    Data = args[0],
    Weights = InitialWeights.File(args[1]),
    Architecture = Architecture.ResNet18,
    Recipe = RecipeKind.Probe,
};
var run = ImageTrainer.Train(options, progress: new Progress<TrainProgress>(p => Console.Error.WriteLine($"{p.Fraction:0%} {p.Stage}")));
Console.WriteLine($"error {run.Error:0.0000}: {run.ModelPath}");

using var model = Predictor.Load(run.ModelPath);
foreach (var answer in model.Predict(args[2..]))
    Console.WriteLine($"{answer.Path}: {answer.Error?.Problem ?? $"{answer.Top[0].Name} {answer.Top[0].Probability:0%}"}");
