using Microsoft.Extensions.DependencyInjection;
using PetBreeds.Evaluation.Serving;

namespace PetBreeds.AspNetCore;

/// <summary>Registers models with an application's services.</summary>
public static class PetBreedsServices
{
    /// <summary>
    /// Registers an <see cref="IImageClassifier"/>: one for the whole application, for all requests at once. The model is loaded when it is
    /// first asked for, and freed when the application ends, after what was asked is answered.
    /// </summary>
    /// <param name="services">The application's.</param>
    /// <param name="configure">Names the model.</param>
    /// <param name="key">For several models: what <c>[FromKeyedServices]</c> names this one by; null for the only one.</param>
    /// <exception cref="UserException">No model is named.</exception>
    public static IServiceCollection AddPetBreeds(this IServiceCollection services, Action<PetBreedsOptions> configure, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new PetBreedsOptions();
        configure(options);
        var model = options.ModelFile;
        IImageClassifier Open() => new BatchingPredictor(model, options.Device, options.Batching);
        return key is null ? services.AddSingleton(_ => Open()) : services.AddKeyedSingleton(key, (_, _) => Open());
    }
}
