namespace PetBreeds.Models;

/// <summary>The head of a network, which turns the body's feature map into logits.</summary>
public enum HeadKind
{
    /// <summary>Pooled features, dropout and one linear layer, as in torchvision's classifiers; see <see cref="LinearHead"/>.</summary>
    Linear,

    /// <summary>fastai's two layers on concatenated average and max pooling; see <see cref="FastaiHead"/>.</summary>
    Fastai,
}
