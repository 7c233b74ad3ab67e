using PetBreeds.Evaluation.Serving;

namespace PetBreeds.AspNetCore;

/// <summary>Which model an application answers with, and how.</summary>
public sealed class PetBreedsOptions
{
    /// <summary>A model.safetensors, or the run folder with one.</summary>
    public string Model { get; set; } = "";

    /// <summary>Where to compute: auto, cpu, cuda, cuda:1, mps.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>How photos of requests that come together are answered together.</summary>
    public BatchingOptions Batching { get; set; } = new();

    /// <exception cref="UserException">No model is named.</exception>
    internal string ModelFile => string.IsNullOrWhiteSpace(Model)
        ? throw new UserException("no model is named", nameof(Model),
            "Set it: services.AddPetBreeds(options => options.Model = \"runs/NAME\").")
        : Directory.Exists(Model) ? Path.Combine(Model, "model.safetensors") : Model;
}
