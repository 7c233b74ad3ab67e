using Microsoft.AspNetCore.Http;
using PetBreeds.Evaluation.Serving;
using PetBreeds.Models;

namespace PetBreeds.Cli.Web.Serve;

/// <summary>Names the classes of a request's photos.</summary>
internal sealed class PredictEndpoint(PhotoRequests requests)
{
    /// <param name="context">The request.</param>
    /// <param name="model">Null takes the first.</param>
    /// <param name="top">How many classes to name; null takes 3.</param>
    /// <param name="threshold">Below it no class is named.</param>
    /// <param name="rejectAt">The same, as the share of validation photos that get an answer.</param>
    public Task<PredictAnswer> Predict(HttpContext context, string? model, int? top, double? threshold, double? rejectAt) =>
        requests.With(context, model, async (loaded, photos, cancel) =>
        {
            if (top is < 1)
                throw Bad($"top is {top}, but must be 1 or more");
            var least = Threshold(loaded.Card, threshold, rejectAt);
            var answers = await loaded.Queue.Answer(await photos(), cancel);
            if (Array.TrueForAll(answers, answer => answer.Error is not null))
                throw new ProblemException(StatusCodes.Status422UnprocessableEntity,
                    (answers.Length == 1 ? "" : $"none of {answers.Length} photos can be read; the first: ") + answers[0].Error!.Problem);
            return new PredictAnswer(requests.NameOf(model), loaded.Version.Title, least,
                [.. answers.Select(answer => Answer(answer, loaded.Card, top ?? 3, least))]);
        });

    private static PhotoResultAnswer Answer(PhotoAnswer answer, ModelCard card, int top, double least)
    {
        if (answer.Error is { } error)
            return new PhotoResultAnswer(answer.Name, error.Problem, null, null, []);
        var best = answer.Predict(card.Classes, card.SeveralLabels ? card.Classes.Count : top);
        var named = best.Top.Where(entry => !card.SeveralLabels || entry.Probability >= least);
        return new PhotoResultAnswer(answer.Name, null, best.IsNoneBelow(least),
            card.Calibration?.FeatureSpace is null ? null : best.IsUnfamiliar,
            [.. named.Select(entry => new ClassAnswer(entry.Name, entry.Probability))]);
    }

    private static double Threshold(ModelCard card, double? threshold, double? rejectAt)
    {
        if (threshold is not null && rejectAt is not null)
            throw Bad("threshold and reject-at both choose the threshold: give one of them");
        if (threshold is { } given)
            return InRange(given, "threshold");
        if (rejectAt is { } coverage)
            return card.Calibration?.Threshold(InRange(coverage, "reject-at"))
                ?? throw Bad("the model has no thresholds, so reject-at cannot be used");
        return card.IndependentClasses ? .5 : 0;
    }

    private static double InRange(double value, string name) =>
        value is >= 0 and <= 1 ? value : throw Bad(FormattableString.Invariant($"{name} is {value}, but must be 0 to 1"));

    private static ProblemException Bad(string detail) => new(StatusCodes.Status400BadRequest, detail);
}
