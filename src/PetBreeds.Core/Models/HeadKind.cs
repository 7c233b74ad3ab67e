namespace PetBreeds.Models;

/// <summary>What turns a body's feature map into logits.</summary>
public enum HeadKind
{
    /// <summary>Pooled features, dropout, one linear layer, as torchvision's classifiers: see <see cref="LinearHead"/>.</summary>
    Linear,

    /// <summary>fastai's two layers over concatenated poolings: see <see cref="FastaiHead"/>.</summary>
    Fastai,
}

/// <summary>The names of heads in flags and files.</summary>
public static class HeadKinds
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["linear", "fastai"];

    /// <summary>The name of a head.</summary>
    public static string Name(this HeadKind kind) => Names[(int)kind];

    /// <summary>The head of a name; null where there is none.</summary>
    public static HeadKind? Named(string name) => Names.ToList().IndexOf(name) is var i and >= 0 ? (HeadKind)i : null;
}
