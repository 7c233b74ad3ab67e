namespace PetBreeds.Catalog.Verification;

/// <summary>What verification found.</summary>
/// <param name="Catalog">The data set, broken photos included.</param>
/// <param name="Inspected">Files decoded.</param>
/// <param name="Classes">Whole photos of each class, in the catalog's order.</param>
/// <param name="Findings">In the order of <see cref="FindingKind.All"/>, then by name.</param>
/// <param name="Exclusions">What to leave out so that nothing broken and no copy does harm, by name.</param>
internal sealed record VerificationReport(
    PhotoCatalog Catalog, int Inspected, IReadOnlyList<ClassCount> Classes, IReadOnlyList<Finding> Findings,
    IReadOnlyList<Exclusion> Exclusions)
{
    /// <summary>Findings that would harm training.</summary>
    public IEnumerable<Finding> Harmful => Findings.Where(f => f.Kind.Severity == Severity.Harmful);
}

/// <summary>Photos of a class that decode.</summary>
/// <param name="Name">The class.</param>
/// <param name="Train">To learn from.</param>
/// <param name="Valid">To validate on.</param>
/// <param name="Test">Kept for the end.</param>
internal sealed record ClassCount(string Name, int Train, int Valid, int Test);

/// <summary>A photo to leave out.</summary>
/// <param name="Name">As in the catalog.</param>
/// <param name="Reason">In a few words.</param>
internal sealed record Exclusion(string Name, string Reason);
