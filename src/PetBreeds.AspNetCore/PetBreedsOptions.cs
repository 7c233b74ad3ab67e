using PetBreeds.Evaluation.Serving;
using PetBreeds.Runtime;

namespace PetBreeds.AspNetCore;

/// <summary>Which model an application answers with, and how.</summary>
public sealed class PetBreedsOptions
{
    /// <summary>A model.safetensors, or the run folder with one.</summary>
    public string Model { get; set; } = "";

    /// <summary>Where to compute.</summary>
    public ComputeDevice Device { get; set; }

    /// <summary>How photos of requests that come together are answered together.</summary>
    public BatchingOptions Batching { get; set; } = new();

    /// <exception cref="UserException">No model is named.</exception>
    internal string ModelFile => string.IsNullOrWhiteSpace(Model)
        ? throw new UserException("no model is named", nameof(Model),
            "Set it: services.AddPetBreeds(options => options.Model = \"runs/NAME\").")
        : Directory.Exists(Model) ? Path.Combine(Model, "model.safetensors") : Model;
}
