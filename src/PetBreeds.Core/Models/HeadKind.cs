namespace PetBreeds.Models;

/// <summary>What turns a body's feature map into logits.</summary>
public enum HeadKind
{
    /// <summary>Pooled features, dropout, one linear layer, as torchvision's classifiers: see <see cref="LinearHead"/>.</summary>
    Linear,

    /// <summary>fastai's two layers over concatenated poolings: see <see cref="FastaiHead"/>.</summary>
    Fastai,
}
