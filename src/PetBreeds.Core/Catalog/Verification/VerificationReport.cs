namespace PetBreeds.Catalog.Verification;

/// <summary>The result of a verification.</summary>
/// <param name="Catalog">The data set, including broken photos.</param>
/// <param name="Inspected">Number of files decoded.</param>
/// <param name="Classes">Intact photos of each class, in the catalog's order.</param>
/// <param name="Findings">The findings, in the order of <see cref="FindingKind.All"/>, then by name.</param>
/// <param name="Exclusions">Photos to leave out so that broken files and copies do no harm, by name.</param>
internal sealed record VerificationReport(
    PhotoCatalog Catalog, int Inspected, IReadOnlyList<ClassCount> Classes, IReadOnlyList<Finding> Findings,
    IReadOnlyList<Exclusion> Exclusions)
{
    /// <summary>Findings that would harm training.</summary>
    public IEnumerable<Finding> Harmful => Findings.Where(f => f.Kind.Severity == Severity.Harmful);
}

/// <summary>Number of decodable photos of a class.</summary>
/// <param name="Name">The class.</param>
/// <param name="Train">Training photos.</param>
/// <param name="Valid">Validation photos.</param>
/// <param name="Test">Test photos.</param>
internal sealed record ClassCount(string Name, int Train, int Valid, int Test);

/// <summary>A photo to leave out.</summary>
/// <param name="Name">Its name in the catalog.</param>
/// <param name="Reason">The reason in a few words.</param>
internal sealed record Exclusion(string Name, string Reason);
