using System.Reflection;
using Xunit;

namespace PetBreeds.Tests;

/// <summary>
/// Namespaces of the library depend one way: a type may use its own namespace, those in the layers below, and the root. What it uses is
/// read from the compiled code, so that no way of writing it goes unseen.
/// </summary>
public class LayersTests
{
    private const string Root = "PetBreeds";

    /// <summary>Bottom to top. Namespaces of one line do not use each other.</summary>
    private static readonly string[][] Layers =
    [
        ["Runtime.Files"],
        ["Runtime"],
        ["Distributed"],
        ["Runtime.Downloads"],
        ["Catalog.Pets", "Catalog.Sample"],
        ["Catalog"],
        ["Catalog.Files"],
        ["Catalog.Splits"],
        ["Catalog.Labels"],
        ["Catalog.Reading", "Pixels.Decoding"],
        ["Pixels"],
        ["Pixels.Cache", "Batches.Augmentation", "Models.Weights"],
        ["Catalog.Verification", "Batches"],
        ["Batches.Walkthrough", "Models"],
        ["Training.State", "Training.Schedules", "Models.Onnx"],
        ["Training.Losses"],
        ["Training.Optimizers", "Training.Configuration", "Training.Regularization"],
        ["Training.Steps"],
        ["Training.Heads", "Training.Checkpoints"],
        ["Training"],
        ["Training.Planning", "Training.Benchmarks"],
        ["Evaluation"],
        ["Evaluation.Cleaning", "Evaluation.MultiLabel", "Evaluation.Serving"],
        ["Runs.TensorBoard"],
        ["Runs"],
        ["Export.Onnx"],
        ["Export.Python"],
        ["Export"],
        ["Reports.Lettering"],
        ["Reports.Plots"],
        ["Reports.Terminal", "Reports.Pictures"],
        ["Reports.Html"],
        ["Reports"],
    ];

    private static readonly Assembly[] Assemblies = [typeof(UserException).Assembly, typeof(PetBreeds.Reports.RunReport).Assembly];

    private static readonly Lazy<(Type By, Type Used)[]> Uses = new(() =>
        [.. from assembly in Assemblies from type in assembly.GetTypes() where IsOurs(type) from used in TypeUses.Of(type)
            select (type, used)]);

    [Fact]
    public void A_namespace_uses_only_those_below_it()
    {
        var wrong = (from use in Uses.Value
                     where IsOurs(use.Used) && Name(use.Used) != Name(use.By) && !IsBelow(Name(use.Used), Name(use.By))
                     select $"{use.By} uses {use.Used}").Distinct().ToArray();
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        // or else nothing was looked at
        Assert.Contains(Uses.Value, use => IsOurs(use.Used) && (Name(use.By), Name(use.Used)) == ("Training", "Runtime"));
    }

    [Fact]
    public void Every_namespace_has_its_place_and_every_place_its_namespace() => Assert.Equal(
        Layers.SelectMany(layer => layer).Order(StringComparer.Ordinal),
        Uses.Value.Select(use => Name(use.By)).Where(name => name.Length > 0).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void The_library_knows_no_console() =>
        Assert.Empty(Uses.Value.Where(use => use.Used == typeof(Console)).Select(use => use.By.ToString()));

    [Fact]
    public void Whatever_names_a_type_uses_it()
    {
        var used = TypeUses.Of(typeof(Sample)).ToHashSet();
        Type[] named = [typeof(Random), typeof(IDisposable), typeof(Version), typeof(Uri), typeof(Guid), typeof(TimeSpan),
            typeof(DateOnly), typeof(Math), typeof(Console),
            typeof(ObsoleteAttribute)];
        Assert.All(named, type => Assert.Contains(type, used));
        Assert.DoesNotContain(typeof(DateTime), used);
    }

    private static bool IsBelow(string used, string by) => used.Length == 0 || Layer(used) < Layer(by);

    /// <summary>Of a namespace without a place: below all others, so that it may use none.</summary>
    private static int Layer(string name) => Array.FindIndex(Layers, layer => layer.Contains(name));

    private static string Name(Type type) => type.Namespace![Root.Length..].TrimStart('.');

    private static bool IsOurs(Type type) =>
        type.Namespace is { } name && (name == Root || name.StartsWith(Root + ".", StringComparison.Ordinal));

#pragma warning disable CS0169, CA1823, CA1822, IDE0044, IDE0051 // its members are looked at, not used
    private abstract class Sample : Random, IDisposable
    {
        private List<Version[]>? _field;

        [Obsolete("to be seen")]
        public Uri? Property => null;

        public abstract void Dispose();

        private TimeSpan? Method(DateOnly date)
        {
            long Local() => Math.Max(date.Day, Array.Empty<Guid>().Length);
            Console.WriteLine(Local());
            return null;
        }
    }
#pragma warning restore CS0169, CA1823, CA1822, IDE0044, IDE0051
}
