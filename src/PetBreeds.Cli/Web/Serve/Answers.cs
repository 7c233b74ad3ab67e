using System.ComponentModel;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>A class and its probability.</summary>
internal sealed record ClassAnswer(
    [property: Description("The class.")] string Class,
    [property: Description("0 to 1.")] double Probability);

/// <summary>The answer for one photo.</summary>
internal sealed record PhotoResultAnswer(
    [property: Description("The file's name, or 'photo' and a number.")] string Photo,
    [property: Description("Why it could not be read; null if it could.")] string? Error,
    [property: Description("Whether even the most probable class is below the threshold, or the photo is unfamiliar and the threshold "
        + "above 0; null if there is an error.")] bool? NoneOfThese,
    [property: Description("Whether the photo is unlike the validation photos; null if that is not known or there is an error.")] bool? Unfamiliar,
    [property: Description("The most probable classes, best first.")] IReadOnlyList<ClassAnswer> Predictions);

/// <summary>The answer to a request.</summary>
internal sealed record PredictAnswer(
    [property: Description("The name of the model that answered.")] string Model,
    [property: Description("The run it came from.")] string Run,
    [property: Description("Below it, no class is named; 0 always names one.")] double Threshold,
    [property: Description("One for each photo, in order.")] IReadOnlyList<PhotoResultAnswer> Photos);

/// <summary>A model as it is served.</summary>
internal sealed record ModelAnswer(
    [property: Description("Its name in requests.")] string Name,
    [property: Description("The run or file it came from.")] string Run,
    [property: Description("The network.")] string Architecture,
    [property: Description("Side of the network's input in pixels.")] int Size,
    [property: Description("In the order of the outputs.")] IReadOnlyList<string> Classes,
    [property: Description("Whether a photo may have several classes or none.")] bool SeveralLabels,
    [property: Description("Whether reject-at can be used.")] bool Calibrated,
    [property: Description("Whether /v1/heatmap can be used.")] bool HeatMaps,
    [property: Description("When it was loaded.")] DateTimeOffset Loaded);

/// <summary>What is served, and within which limits.</summary>
internal sealed record ModelsAnswer(
    [property: Description("The first one is the default.")] IReadOnlyList<ModelAnswer> Models,
    [property: Description("Maximum size of a request's body.")] long MaxBodyBytes,
    [property: Description("Maximum number of pixels of a photo.")] long MaxPixels);

/// <summary>A photo to try the page with.</summary>
internal sealed record ExampleAnswer(
    [property: Description("Its label.")] string Label,
    [property: Description("Where it is.")] string Url);

/// <summary>Whether the server can answer.</summary>
internal sealed record HealthAnswer([property: Description("ok, ready, loading or stopping.")] string Status);
