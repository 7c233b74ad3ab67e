using PetBreeds.Catalog.Labels;

namespace PetBreeds.Catalog.Reading;

/// <summary>Rejects data sets that cannot be trained on.</summary>
internal static class CatalogCheck
{
    public static void Run(string place, IReadOnlyList<(LabelledPhoto Photo, Split Split)> photos, PassedOverTally passedOver)
    {
        if (photos.Count == 0)
            throw new UserException("no photos are left" + passedOver.Said, place, "Check `data`, `labels` and `split`.");
        foreach (var alike in LookAlike.Groups(photos.SelectMany(p => p.Photo.All).Distinct()))
            passedOver.Add(new Concern(ConcernKind.NamesAlike, alike,
                $"the classes {LookAlike.Say(alike)} look alike but are {alike.Count} different classes; if they are the same class, give "
                    + "them the same name"));
        if (passedOver.Tolerant)
            return;
        var classes = photos.SelectMany(p => p.Photo.All, (p, label) => (p.Photo, p.Split, Label: label))
            .GroupBy(p => p.Label).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        if (classes.Count == 0)
            throw new UserException($"none of the {photos.Count} photos has a label", place, "Check `label-column` and `label-delim`.");
        if (classes is [var only])
            throw new UserException($"all {only.Count()} photos have the label '{only.Key}'; a classifier needs at least two classes"
                + Concerned(passedOver), place, "Check `data` and `labels`.");
        if (classes.DistinctBy(c => LookAlike.Key(c.Key)).Take(2).Count() == 1)
            throw new UserException($"all labels look alike: {LookAlike.Say(classes.Select(c => c.Key))}", place,
                "Check `data` and `labels`.");
        var untrained = classes.Where(c => c.All(p => p.Split != Split.Train)).ToList();
        if (untrained is [var first, ..])
            throw new UserException(
                $"class '{first.Key}' has no training photo ({Say(untrained.Count, classes.Count)}); "
                + $"'{first.First().Photo.Name}' is in the {first.First().Split.ToString().ToLowerInvariant()} split"
                + LookAlike.Among([.. untrained.Select(c => c.Key)], classes.Except(untrained).Select(c => c.Key)), place,
                photos.Any(p => p.Photo.Several is not null)
                    ? "Move some of its photos to the training split, remove the label, or try another `seed`."
                    : "Move some of its photos to the training split, remove the class, or use a random split with stratification.");
        if (photos.All(p => p.Split != Split.Valid))
            throw new UserException($"none of the {photos.Count} photos is in the validation split", place,
                "Mark some as valid, use `split auto` or `split random`, or add photos.");
    }

    private static string Concerned(PassedOverTally passedOver) =>
        string.Concat(passedOver.Concerns.Select(concern => "; " + concern.Problem));

    private static string Say(int some, int all) => some == 1 ? $"the only one of {all} classes" : $"{some} of {all} classes have none";
}
